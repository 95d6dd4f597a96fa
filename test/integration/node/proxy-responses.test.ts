import { createServer } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { InspectionRequest, InspectionResponse } from '../../../src/engine/verdict.ts';
import type { JudgeVerdict } from '../../../src/node/proxy/proxy-deps.ts';
import { cleanups, client, type Handler, READ, stand, standFor, until } from './proxy-case.ts';
import { ALLOW, rawRequest, type StandOptions, statuses, verdictOf } from './proxy-stand.ts';

const CLOSING = READ.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');

/** Allows every request; judges a response by what stands in it. */
function judgeResponse({ response }: InspectionRequest): JudgeVerdict {
  if (response === undefined) return ALLOW;
  const text = `${response.status} ${response.headers.join(' ')} ${Buffer.from(response.body ?? '').toString('latin1')}`;
  if (text.includes('leak')) return verdictOf(1, null);
  if (text.includes('teapot')) return verdictOf(1, 'teapot');
  if (text.includes('note')) return verdictOf(2, 'x');
  if (text.includes('shadow')) return verdictOf(0, 'x', true);
  if (text.includes('too-often')) return verdictOf(3, 'two-a-minute');
  if (text.includes('trap')) return { ...ALLOW, failure: 'trap' };
  return ALLOW;
}

function inspected(handler: Handler, options: Omit<StandOptions, 'upstreamUrl'> = {}) {
  return stand(handler, { inspectsResponse: 'body', inspect: judgeResponse, ...options });
}

/** Answers with `body` as HTML. */
function html(body: string | Buffer, headers: Record<string, string> = {}): Handler {
  return (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', ...headers }).end(body);
  };
}

function responsesSeen(seen: readonly InspectionRequest[]): InspectionResponse[] {
  return seen.flatMap(({ response }) => (response === undefined ? [] : [response]));
}

const bodyOf = (answer: string) => answer.slice(answer.indexOf('\r\n\r\n') + 4);

describe('proxy responses', () => {
  it('response - no rules for responses, no second inspection', async () => {
    const { proxy } = await inspected(html('a leak'), { inspectsResponse: 'none' });
    expect(await rawRequest(proxy.port, CLOSING)).toContain('a leak');
    expect(responsesSeen(proxy.inspected)).toEqual([]);
  });

  it('response - a body that a rule blocks never reaches the client', async () => {
    const { proxy } = await inspected(html('a leak'), {});
    const answer = await rawRequest(proxy.port, CLOSING);
    expect(statuses(answer)).toEqual([403]);
    const { error, request_id } = JSON.parse(bodyOf(answer));
    expect(error).toBe('blocked');
    expect(answer).not.toContain('leak');
    expect(proxy.events).toMatchObject([
      { phase: 'response', request_id, action: 'block', status: 403, uri: '/r' },
    ]);
    expect(proxy.counters.totals(0).requests).toMatchObject({ blocked: 1, passed: 0 });
    expect(proxy.held()).toBe(0);
  });

  it('response - is refused with the status of the rule', async () => {
    const { proxy } = await inspected(html('teapot'));
    expect(statuses(await rawRequest(proxy.port, CLOSING))).toEqual([418]);
    expect(proxy.counters.totals(0).rules).toMatchObject([{ rule: 'teapot', blocks: 1 }]);
  });

  it('response - one that passes arrives as it was, and its connection serves on', async () => {
    const { proxy, upstream } = await inspected(html('fine'));
    const raw = client(proxy.port);
    raw.send(READ);
    await raw.until((text) => text.includes('fine'));
    raw.send(READ);
    const text = await raw.until((received) => received.split('fine').length === 3);
    expect(statuses(text)).toEqual([200, 200]);
    expect(new Set(upstream.requests.map(({ socket }) => socket.remotePort)).size).toBe(1);
    expect(proxy.events).toEqual([]);
  });

  it.each([
    ['logged', 'note', 'log', 'logged'],
    ['in shadow', 'shadow', 'allow', 'passed'],
    ['limited', 'too-often', 'ratelimit', 'logged'],
  ] as const)('response - one that is only %s is sent', async (_name, body, action, outcome) => {
    const { proxy } = await inspected(html(body));
    const answer = await rawRequest(proxy.port, CLOSING);
    expect(statuses(answer)).toEqual([200]);
    expect(answer).toContain(body);
    expect(proxy.events).toMatchObject([{ phase: 'response', action, status: null }]);
    expect(proxy.counters.totals(0).requests[outcome]).toBe(1);
  });

  it.each([
    ['open', 200],
    ['closed', 503],
  ] as const)('response - a failed inspection follows the policy: %s', async (policy, status) => {
    const { proxy } = await inspected(html('trap'), { onFailure: { trap: policy } });
    expect(statuses(await rawRequest(proxy.port, CLOSING))).toEqual([status]);
    expect(proxy.counters.totals(0).failures.trap).toBe(1);
  });

  it('response - its rules see the request without its body, the status and the headers', async () => {
    const { proxy } = await inspected((incoming, response) => {
      incoming.resume().on('end', () => response.writeHead(201, ['X-A', '1']).end('text'));
    });
    const post =
      'POST /p?q HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok';
    await rawRequest(proxy.port, post);
    const [first, second] = proxy.inspected;
    expect(first!.body?.toString()).toBe('ok');
    expect(second).toMatchObject({
      method: 'POST',
      uri: '/p?q',
      sourceIp: '127.0.0.1',
      body: null,
    });
    expect(second!.response).toMatchObject({ status: 201, body: null });
    expect(second!.response!.headers.slice(0, 2)).toEqual(['X-A', '1']);
  });

  it('response - a head is judged before anything of it is sent', async () => {
    const { proxy } = await inspected(
      (_request, response) => {
        response.writeHead(200, { 'X-Powered-By': 'leak' }).flushHeaders();
      },
      { inspectsResponse: 'headers' },
    );
    const answer = await rawRequest(proxy.port, CLOSING);
    expect(statuses(answer)).toEqual([403]);
  });

  it('response - with rules for heads alone, a body streams before it is complete', async () => {
    const { proxy } = await inspected(
      (_request, response) => {
        response.writeHead(200, { 'Content-Type': 'text/html' }).write('first');
      },
      { inspectsResponse: 'headers' },
    );
    const raw = client(proxy.port);
    raw.send(READ);
    expect(await raw.until((text) => text.includes('first'))).toContain('first');
    expect(responsesSeen(proxy.inspected)).toMatchObject([{ body: null }]);
  });

  it.each([
    ['another type', { 'Content-Type': 'image/png' }],
    ['a longer type', { 'Content-Type': 'text/htmlx' }],
    ['no type', {}],
  ])('response - a body of %s is judged by its head', async (_name, headers) => {
    const { proxy } = await inspected(
      (_request, response) => void response.writeHead(200, headers).end('leak'),
    );
    expect(statuses(await rawRequest(proxy.port, CLOSING))).toEqual([200]);
    expect(responsesSeen(proxy.inspected)).toMatchObject([{ body: null }]);
  });

  it.each([
    ['HEAD', 'HEAD', 200],
    ['204', 'GET', 204],
    ['304', 'GET', 304],
  ])('response - %s has no body to wait for', async (_name, method, status) => {
    const { proxy } = await inspected((_request, response) => {
      response.writeHead(status, { 'Content-Type': 'text/html' }).end();
    });
    const answer = await rawRequest(proxy.port, CLOSING.replace('GET', method));
    expect(statuses(answer)).toEqual([status]);
    expect(answer).toMatch(/\r\n\r\n$/);
    expect(responsesSeen(proxy.inspected)).toMatchObject([{ status, body: null }]);
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ])('response - %s is taken off for the judgement and kept for the client', async (coding, encode) => {
    const text = `<p>${'fine '.repeat(50)}</p>`;
    const { proxy } = await inspected(html(encode(text), { 'Content-Encoding': coding }));
    const answer = await fetch(`http://127.0.0.1:${proxy.port}/`);
    expect(await answer.text()).toBe(text);
    expect(responsesSeen(proxy.inspected)[0]!.body!.toString()).toBe(text);

    const leaking = await inspected(
      html(encode(`a ${'x'.repeat(99)} leak`), { 'Content-Encoding': coding }),
    );
    expect(statuses(await rawRequest(leaking.proxy.port, CLOSING))).toEqual([403]);
  });

  it('response - a long one is judged by its beginning, and every byte arrives', async () => {
    const body = Array.from({ length: 60_000 }, (_, i) => `${i},`).join('');
    const { proxy } = await inspected(html(`${body}leak`));
    const answer = await fetch(`http://127.0.0.1:${proxy.port}/`);
    expect(await answer.text()).toBe(`${body}leak`);
    const [seen] = responsesSeen(proxy.inspected);
    expect(Buffer.from(seen!.body!).toString()).toBe(body.slice(0, 4096));
  });

  it('response - a long one that is blocked is dropped, not read to its end', async () => {
    let closed = false;
    const { proxy } = await inspected((_request, response) => {
      response.on('close', () => {
        closed = true;
      });
      response.writeHead(200, { 'Content-Type': 'text/html' });
      response.write(`leak${'x'.repeat(8_000)}`);
    });
    const raw = client(proxy.port);
    raw.send(READ);
    expect(statuses(await raw.until((text) => text.includes('request_id')))).toEqual([403]);
    await until(() => closed);
  });

  it('response - a blocked one leaves the client’s connection in order', async () => {
    const { proxy } = await inspected((incoming, response) => {
      html(incoming.url === '/1' ? 'leak' : 'fine')(incoming, response);
    });
    const raw = client(proxy.port);
    raw.send('GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(statuses(await raw.until((text) => text.includes('fine')))).toEqual([403, 200]);
  });

  it('response - one that breaks off while it is held back is a 502', async () => {
    const { proxy } = await inspected((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html', 'Content-Length': '100' });
      response.write('half', () => response.destroy());
    });
    const answer = await rawRequest(proxy.port, CLOSING);
    expect(statuses(answer)).toEqual([502]);
    expect(answer).not.toContain('half');
    expect(responsesSeen(proxy.inspected)).toEqual([]);
  });

  it('response - one that stops coming while it is held back is a 504', async () => {
    const { proxy } = await inspected(
      (_request, response) => {
        response.writeHead(200, { 'Content-Type': 'text/html' }).write('half');
      },
      { proxy: { upstream_timeout_ms: 50 } },
    );
    expect(statuses(await rawRequest(proxy.port, CLOSING))).toEqual([504]);
  });

  it('response - a client that leaves meanwhile cancels it', async () => {
    let closed = false;
    const { proxy, upstream } = await inspected((_request, response) => {
      response.on('close', () => {
        closed = true;
      });
      response.writeHead(200, { 'Content-Type': 'text/html' }).write('half');
    });
    const raw = client(proxy.port);
    raw.send(READ);
    await until(() => upstream.requests.length === 1);
    raw.close();
    await until(() => closed && proxy.held() === 0);
    expect(proxy.counters.totals(0).requests.aborted).toBe(1);
  });

  it('response - one that ends with its connection is judged when it ends', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', () =>
        socket.end('HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\na leak'),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => void server.close());
    const { port } = server.address() as { port: number };
    const proxy = await standFor(`http://127.0.0.1:${port}`, {
      inspectsResponse: 'body',
      inspect: judgeResponse,
    });
    expect(statuses(await rawRequest(proxy.port, CLOSING))).toEqual([403]);
  });
});
