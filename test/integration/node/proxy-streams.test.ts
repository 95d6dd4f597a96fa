import { once } from 'node:events';
import { Agent, get, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type ProxyStand,
  RawClient,
  rawRequest,
  type StandOptions,
  startProxyStand,
  startUpstream,
  statuses,
  type TestUpstream,
} from './proxy-stand.ts';

const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

async function stand(
  handler: Handler,
  options: Omit<StandOptions, 'upstreamUrl'> = {},
): Promise<{ proxy: ProxyStand; upstream: TestUpstream }> {
  const upstream = await startUpstream(handler);
  cleanups.push(() => upstream.close());
  const proxy = await standFor(upstream.url, options);
  return { proxy, upstream };
}

async function standFor(
  upstreamUrl: string,
  options: Omit<StandOptions, 'upstreamUrl'> = {},
): Promise<ProxyStand> {
  const proxy = await startProxyStand({ upstreamUrl, ...options });
  cleanups.push(() => proxy.close());
  return proxy;
}

function client(port: number): RawClient {
  const raw = new RawClient(port);
  cleanups.push(() => raw.close());
  return raw;
}

const ok: Handler = (_request, response) => void response.end('ok');
const READ = 'GET /r HTTP/1.1\r\nHost: a\r\n\r\n';

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

describe('proxy bodies', () => {
  it('response - HEAD keeps the length and has no body', async () => {
    const { proxy } = await stand(
      (_request, response) => void response.setHeader('Content-Length', '5').end(),
    );
    const text = await rawRequest(
      proxy.port,
      'HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    );
    expect(text).toMatch(/^content-length: 5\r$/im);
    expect(text).toMatch(/\r\n\r\n$/);
  });

  it.each([204, 304])('response - %i passes without a body', async (status) => {
    const { proxy } = await stand((_request, response) => void response.writeHead(status).end());
    const raw = client(proxy.port);
    raw.send(READ + READ);
    expect(statuses(await raw.until((text) => statuses(text).length === 2))).toEqual([
      status,
      status,
    ]);
  });

  it('response - repeated and odd headers pass, hop-by-hop ones do not', async () => {
    const headers = [
      'Set-Cookie',
      'a=1',
      'Set-Cookie',
      'b=2',
      'X-Odd',
      '\xe9',
      'Keep-Alive',
      'x=1',
    ];
    const { proxy } = await stand(
      (_request, response) => void response.writeHead(200, headers).end(),
    );
    const text = await rawRequest(
      proxy.port,
      READ.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'),
    );
    expect(text.match(/^Set-Cookie: .*$/gm)).toHaveLength(2);
    expect(text).toContain('X-Odd: \xe9');
    expect(text).not.toContain('x=1');
  });

  it('response - the head goes out before the first body byte exists', async () => {
    const { proxy } = await stand((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
    });
    const raw = client(proxy.port);
    raw.send(READ);
    expect(await raw.until((text) => text.includes('\r\n\r\n'))).toContain('text/event-stream');
  });

  it('response - a slow client holds the upstream back', async () => {
    const total = 64 * 1024 * 1024;
    let sent = 0;
    const { proxy } = await stand((_request, response) => {
      const chunk = Buffer.alloc(256 * 1024);
      const pump = () => {
        while (sent < total) {
          sent += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', pump);
        }
        response.end();
      };
      pump();
    });
    const outgoing = get({ port: proxy.port });
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    let before = -1;
    // Nobody reads: the upstream must come to rest far below the whole.
    while (before !== sent) {
      before = sent;
      for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
    }
    expect(sent).toBeLessThan(total / 2);
    let received = 0;
    for await (const chunk of response) received += (chunk as Buffer).length;
    expect(received).toBe(total);
  });

  it('request - a slow upstream holds the client back, and every byte arrives', async () => {
    const total = 48 * 1024 * 1024;
    let arrived: IncomingMessage | null = null;
    const { proxy } = await stand((incoming) => {
      arrived = incoming.pause();
    });
    const outgoing = request({ port: proxy.port, method: 'POST' });
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    let sent = 0;
    const pump = () => {
      while (sent < total) {
        sent += chunk.length;
        if (!outgoing.write(chunk)) return void outgoing.once('drain', pump);
      }
      outgoing.end();
    };
    pump();
    await until(() => arrived !== null);
    let before = -1;
    while (before !== sent) {
      before = sent;
      for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
    }
    expect(sent).toBeLessThan(total);
    let received = 0;
    for await (const part of arrived as unknown as IncomingMessage) received += part.length;
    expect(received).toBe(total);
    expect(proxy.inspected[0]!.body).toHaveLength(4096);
    outgoing.on('error', () => {}).destroy();
  });

  it('request - what was inspected and the rest arrive in order', async () => {
    const body = Buffer.from(Array.from({ length: 20_000 }, (_, i) => `${i},`).join(''));
    const { proxy } = await stand((incoming, response) => void incoming.pipe(response));
    const raw = client(proxy.port);
    raw.send(
      `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`,
    );
    for (let at = 0; at < body.length; at += 5_000) raw.send(body.subarray(at, at + 5_000));
    const text = await raw.closed();
    expect(text.replace(/\r\n[0-9a-f]+\r\n/g, '')).toContain('9999,10000,10001');
    expect(Buffer.from(proxy.inspected[0]!.body!)).toEqual(body.subarray(0, 4096));
  });

  it('request - a blocked upload gets its answer although most of it is unread', async () => {
    const { proxy, upstream } = await stand(ok);
    const body = Buffer.alloc(8 * 1024 * 1024, 'x');
    body.write('block-me');
    const outgoing = request({ port: proxy.port, method: 'POST' });
    outgoing.end(body);
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(403);
    expect(upstream.requests).toHaveLength(0);
    outgoing.on('error', () => {}).destroy();
  });

  it('request - a body that stops coming is answered with 408', async () => {
    const { proxy } = await stand(ok, { proxy: { client_timeout_ms: 60 } });
    const raw = client(proxy.port);
    raw.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf');
    expect(statuses(await raw.until((text) => text.includes('request_id')))).toEqual([408]);
  });

  it('100-continue - is answered after the headers were judged', async () => {
    const { proxy } = await stand((incoming, response) => void incoming.pipe(response));
    const raw = client(proxy.port);
    raw.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n');
    expect(statuses(await raw.until((text) => text.includes('\r\n\r\n')))).toEqual([100]);
    raw.send('body');
    expect(statuses(await raw.until((text) => text.includes('body')))).toEqual([100, 200]);
    expect(proxy.inspected.map(({ body }) => body?.length ?? null)).toEqual([null, 4]);
  });

  it('100-continue - a blocked client is refused before it sends its body', async () => {
    const { proxy } = await stand(ok);
    const raw = client(proxy.port);
    raw.send(
      'POST /block-me HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n',
    );
    expect(statuses(await raw.until((text) => text.includes('request_id')))).toEqual([403]);
  });
});

describe('proxy failures', () => {
  it('client - one that goes away cancels the upstream request', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    const { proxy, upstream } = await stand((_request, response) => {
      closed = once(response, 'close');
    });
    const raw = client(proxy.port);
    raw.send(READ);
    await until(() => upstream.requests.length === 1);
    raw.close();
    await closed;
    await until(() => proxy.held() === 0);
    expect(proxy.counters.totals(0).requests.aborted).toBe(1);
  });

  it('client - one that goes away in mid-upload cancels the upstream request', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    const { proxy, upstream } = await stand((incoming) => {
      closed = new Promise((resolve) => incoming.resume().on('close', resolve));
      incoming.on('error', () => {});
    });
    const raw = client(proxy.port);
    raw.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n${'x'.repeat(9_000)}`);
    await until(() => upstream.requests.length === 1);
    raw.close();
    await closed;
    await until(() => proxy.held() === 0);
    expect(upstream.requests[0]!.complete).toBe(false);
  });

  it('upstream - nobody there is a 502', async () => {
    const gone = await startUpstream(ok);
    await gone.close();
    const proxy = await standFor(gone.url);
    const raw = client(proxy.port);
    raw.send(READ);
    const text = await raw.until((received) => received.includes('request_id'));
    expect(statuses(text)).toEqual([502]);
    expect(text).toContain('upstream_unreachable');
  });

  it('upstream - silence is a 504', async () => {
    const { proxy } = await stand(() => {}, { proxy: { upstream_timeout_ms: 50 } });
    const raw = client(proxy.port);
    raw.send(READ);
    const text = await raw.until((received) => received.includes('request_id'));
    expect(statuses(text)).toEqual([504]);
    expect(text).toContain('upstream_timeout');
  });

  it('upstream - a response that breaks off is not passed off as complete', async () => {
    const { proxy } = await stand((_request, response) => {
      response.writeHead(200, { 'Content-Length': '10' });
      response.write('half', () => response.destroy());
    });
    const text = await rawRequest(proxy.port, READ);
    expect(text).toContain('half');
    await until(() => proxy.held() === 0);
    expect(proxy.counters.totals(0).requests.upstream_error).toBe(1);
  });

  it('upstream - an answer that comes before the upload ended reaches the client', async () => {
    const { proxy } = await stand((_request, response) => void response.writeHead(409).end('no'));
    const outgoing = request({
      port: proxy.port,
      method: 'PUT',
      headers: { 'Content-Length': 9_000_000 },
    });
    outgoing.on('error', () => {});
    outgoing.write(Buffer.alloc(100_000));
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(409);
    outgoing.destroy();
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

/** Lets the event loop turn until `holds`. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(setImmediate);
}
