import { once } from 'node:events';
import { get, type IncomingMessage, request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { client, ok, READ, stand, standFor, until } from './proxy-case.ts';
import { rawRequest, startUpstream, statuses } from './proxy-stand.ts';

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
