import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { cleanups, client, ok, READ, stand, standFor, until } from './proxy-case.ts';
import { rawRequest, startUpstream, statuses } from './proxy-stand.ts';

describe('proxy connections', () => {
  it('keep-alive - one client connection and one upstream connection serve many requests', async () => {
    const { proxy, upstream } = await stand(ok);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    cleanups.push(() => agent.destroy());
    const ports = new Set<number>();
    for (let i = 0; i < 5; i++) {
      const outgoing = get({ port: proxy.port, agent });
      const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
      ports.add(outgoing.socket!.localPort!);
      await once(response.resume(), 'end');
    }
    expect(ports.size).toBe(1);
    expect(new Set(upstream.requests.map((one) => one.socket.remotePort)).size).toBe(1);
  });

  it('pipelining - responses come in the order of the requests', async () => {
    const { proxy } = await stand((incoming, response) => {
      // The first answer takes longer than the second.
      if (incoming.url === '/1') setImmediate(() => setImmediate(() => response.end('one')));
      else response.end('two');
    });
    const raw = client(proxy.port);
    raw.send('GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n');
    const text = await raw.until((received) => received.includes('two'));
    expect(statuses(text)).toEqual([200, 200]);
    expect(text.indexOf('one')).toBeLessThan(text.indexOf('two'));
  });

  it('pipelining - a refused request in between does not disturb its neighbours', async () => {
    const { proxy } = await stand(ok);
    const raw = client(proxy.port);
    raw.send(`${READ}GET /block-me HTTP/1.1\r\nHost: a\r\n\r\n${READ}`);
    const text = await raw.until((received) => statuses(received).length === 3);
    expect(statuses(text)).toEqual([200, 403, 200]);
  });

  it('keep-alive - a connection that the upstream closed while idle costs no request', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      const last = connections === 1;
      socket.on('error', () => {});
      socket.on('data', () => {
        // The first connection dies on its second request, as when an idle timeout strikes.
        if (last && socket.bytesWritten > 0) socket.destroy();
        else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => void server.close());
    const { port } = server.address() as { port: number };
    const proxy = await standFor(`http://127.0.0.1:${port}`);
    const raw = client(proxy.port);
    raw.send(READ);
    await raw.until((text) => statuses(text).length === 1);
    raw.send(READ);
    expect(statuses(await raw.until((text) => statuses(text).length === 2))).toEqual([200, 200]);
    expect(connections).toBe(2);
  });

  it('close - a request under way is finished, a new connection is refused', async () => {
    let release: () => void = () => {};
    const { proxy, upstream } = await stand((_request, response) => {
      release = () => response.end('late');
    });
    const raw = client(proxy.port);
    raw.send(READ);
    await until(() => upstream.requests.length === 1);
    const closed = proxy.proxy.close(5_000);
    const refused = client(proxy.port);
    expect(await refused.closed()).toBe('');
    release();
    await closed;
    const answer = await raw.closed();
    expect(answer).toContain('late');
    expect(answer).toMatch(/^connection: close\r$/im);
    expect(proxy.held()).toBe(0);
  });
});

describe('proxy upgrades', () => {
  const HANDSHAKE =
    'GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: k\r\n\r\n';

  it('upgrade - both directions are piped raw', async () => {
    const { proxy, upstream } = await stand(ok);
    upstream.server.on('upgrade', (incoming: IncomingMessage, socket) => {
      const key = incoming.headers['sec-websocket-key'];
      socket.write(
        `HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Key: ${key}\r\n\r\n`,
      );
      socket.on('error', () => {});
      socket.pipe(socket);
    });
    const raw = client(proxy.port);
    raw.send(HANDSHAKE);
    expect(await raw.until((text) => text.includes('\r\n\r\n'))).toContain('X-Key: k');
    raw.send('\x00\xffping');
    expect(await raw.until((text) => text.includes('ping'))).toContain('\x00\xffping');
    expect(proxy.held()).toBe(0);
  });

  it('upgrade - a blocked one never reaches the upstream', async () => {
    const { proxy, upstream } = await stand(ok);
    const text = await rawRequest(proxy.port, HANDSHAKE.replace('/ws', '/block-me'));
    expect(statuses(text)).toEqual([403]);
    expect(upstream.requests).toHaveLength(0);
  });

  it('upgrade - the upstream may decline with an ordinary answer', async () => {
    const { proxy } = await stand(
      (_request, response) => void response.writeHead(426).end('use 13'),
    );
    const text = await rawRequest(proxy.port, HANDSHAKE);
    expect(statuses(text)).toEqual([426]);
    expect(text).toMatch(/use 13$/);
  });

  it('upgrade - nobody there is a 502', async () => {
    const gone = await startUpstream(ok);
    await gone.close();
    const proxy = await standFor(gone.url);
    expect(statuses(await rawRequest(proxy.port, HANDSHAKE))).toEqual([502]);
  });
});

describe('proxy identity and limits', () => {
  const ask = (headers: string) =>
    `GET /limit-me HTTP/1.1\r\nHost: a\r\n${headers}Connection: close\r\n\r\n`;

  it('rate limit - the third request within a minute gets 429 and when to come back', async () => {
    const { proxy } = await stand(ok);
    const answers: string[] = [];
    for (let i = 0; i < 3; i++) answers.push(await rawRequest(proxy.port, ask('')));
    expect(answers.flatMap(statuses)).toEqual([200, 200, 429]);
    const [, seconds] = /^Retry-After: (\d+)\r$/m.exec(answers[2]!)!;
    expect(Number(seconds)).toBeGreaterThan(20);
    expect(Number(seconds)).toBeLessThanOrEqual(30);
    expect(proxy.counters.totals(0).rules).toEqual([
      { module: 'universal-waf', rule: 'two-a-minute', hits: 3, blocks: 1, shadow: 0 },
    ]);
  });

  it('trusted proxy - its client is judged, limited and passed on, and its request id kept', async () => {
    const { proxy, upstream } = await stand(ok, { trustedProxies: ['127.0.0.0/8', '10.0.0.0/8'] });
    const chain = 'X-Forwarded-For: 1.1.1.1, 203.0.113.9, 10.0.0.5\r\nX-Request-Id: edge-1\r\n';
    await rawRequest(proxy.port, ask(chain));
    expect(proxy.inspected[0]!.sourceIp).toBe('203.0.113.9');
    const { headers } = upstream.requests[0]!;
    expect(headers['x-forwarded-for']).toBe('1.1.1.1, 203.0.113.9, 10.0.0.5, 127.0.0.1');
    expect(headers['x-request-id']).toBe('edge-1');
    const other = await rawRequest(proxy.port, ask('X-Forwarded-For: 198.51.100.1\r\n'));
    expect(statuses(other)).toEqual([200]);
  });

  it('events - a refusal can be explained by its request id', async () => {
    const { proxy } = await stand(ok);
    const answer = await rawRequest(
      proxy.port,
      READ.replace('/r', '/teapot').replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'),
    );
    const { request_id } = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));
    expect(proxy.events).toMatchObject([
      {
        request_id,
        action: 'block',
        rule: 'teapot',
        status: 418,
        revision: 'v7',
        client: '127.0.0.1',
      },
    ]);
  });
});
