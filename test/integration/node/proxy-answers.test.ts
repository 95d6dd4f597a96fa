import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ProxyStand,
  rawRequest,
  startProxyStand,
  startUpstream,
  statuses,
  type TestUpstream,
} from './proxy-stand.ts';

/** Tells in its body what reached it. */
interface Echo {
  readonly method: string;
  readonly url: string;
  readonly raw: string[];
  readonly body: string;
}

interface Case {
  readonly name: string;
  readonly send: string;
  readonly status: number;
  /** Word in the refusal body; absent for forwarded requests. */
  readonly error?: string;
  readonly echo?: (echo: Echo) => unknown;
  readonly expected?: unknown;
  readonly answer?: RegExp;
}

const CLOSE = 'Connection: close\r\n\r\n';
const get = (path: string, headers = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${headers}${CLOSE}`;
const post = (body: string, headers = '') =>
  `POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n${headers}${CLOSE}${body}`;
const chunked = (chunks: string[], after = '\r\n') =>
  `POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${chunks
    .map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`)
    .join('')}0\r\n${after}`;
const value = (name: string) => (echo: Echo) =>
  echo.raw.flatMap((text, i) =>
    text.toLowerCase() === name && i % 2 === 0 ? [echo.raw[i + 1]] : [],
  );

const cases: readonly Case[] = [
  { name: 'plain GET', send: get('/a?b=c'), status: 200, echo: (e) => e.url, expected: '/a?b=c' },
  {
    name: 'target bytes unchanged',
    send: get('/%41/../x?q=%zz;&<>'),
    status: 200,
    echo: (e) => e.url,
    expected: '/%41/../x?q=%zz;&<>',
  },
  { name: 'POST body', send: post('hello'), status: 200, echo: (e) => e.body, expected: 'hello' },
  {
    name: 'POST without body',
    send: `POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n${CLOSE}`,
    status: 200,
    echo: (e) => e.body,
    expected: '',
  },
  {
    name: 'DELETE with body',
    send: `DELETE /p HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n${CLOSE}ok`,
    status: 200,
    echo: (e) => [e.method, e.body],
    expected: ['DELETE', 'ok'],
  },
  {
    name: 'chunked request',
    send: chunked(['hel', 'lo']),
    status: 200,
    echo: (e) => e.body,
    expected: 'hello',
  },
  {
    name: 'chunked with trailers, which are dropped',
    send: chunked(['x'], 'X-T: 1\r\n\r\n'),
    status: 200,
    echo: value('x-t'),
    expected: [],
  },
  { name: 'host kept', send: get('/'), status: 200, echo: value('host'), expected: ['a'] },
  {
    name: 'absolute form rewritten',
    send: `GET http://b:81/x?y HTTP/1.1\r\nHost: a\r\n${CLOSE}`,
    status: 200,
    echo: (e) => [e.url, ...value('host')(e)],
    expected: ['/x?y', 'b:81'],
  },
  {
    name: 'absolute form without path',
    send: `GET http://b?y HTTP/1.1\r\nHost: a\r\n${CLOSE}`,
    status: 200,
    echo: (e) => e.url,
    expected: '/?y',
  },
  {
    name: 'hop-by-hop dropped',
    send: get(
      '/',
      'Keep-Alive: x\r\nTE: trailers\r\nProxy-Authorization: x\r\nProxy-Connection: x\r\n',
    ),
    status: 200,
    echo: (e) =>
      ['keep-alive', 'te', 'proxy-authorization', 'proxy-connection'].flatMap((n) => value(n)(e)),
    expected: [],
  },
  {
    name: 'headers named by Connection dropped',
    send: `GET / HTTP/1.1\r\nHost: a\r\nX-Hop: 1\r\nX-End: 2\r\nConnection: close, X-Hop\r\n\r\n`,
    status: 200,
    echo: (e) => [value('x-hop')(e), value('x-end')(e)],
    expected: [[], ['2']],
  },
  {
    name: 'Connection cannot take Host away',
    send: `GET / HTTP/1.1\r\nHost: a\r\nConnection: close, Host\r\n\r\n`,
    status: 200,
    echo: value('host'),
    expected: ['a'],
  },
  {
    name: 'repeated headers kept in order',
    send: get('/', 'X-A: 1\r\nX-A: 2\r\n'),
    status: 200,
    echo: value('x-a'),
    expected: ['1', '2'],
  },
  {
    name: 'untrusted X-Forwarded-For replaced',
    send: get('/', 'X-Forwarded-For: 9.9.9.9\r\n'),
    status: 200,
    echo: value('x-forwarded-for'),
    expected: ['127.0.0.1'],
  },
  {
    name: 'untrusted forwarding facts dropped',
    send: get('/', 'X-Real-IP: 9.9.9.9\r\nForwarded: for=9.9.9.9\r\nX-Forwarded-Proto: https\r\n'),
    status: 200,
    echo: (e) => [
      value('x-real-ip')(e),
      value('forwarded')(e),
      value('x-forwarded-proto')(e),
      value('x-forwarded-host')(e),
    ],
    expected: [[], [], ['http'], ['a']],
  },
  {
    name: 'untrusted request id replaced',
    send: get('/', 'X-Request-Id: mine\r\n'),
    status: 200,
    echo: (e) => value('x-request-id')(e).includes('mine'),
    expected: false,
  },
  { name: 'revision header added', send: get('/'), status: 200, answer: /^x-waf-revision: v7\r$/m },
  {
    name: 'blocked by a threshold',
    send: get('/block-me'),
    status: 403,
    error: 'blocked',
    answer: /^x-waf-revision: v7\r$/m,
  },
  {
    name: 'blocked with the status of the rule',
    send: get('/teapot'),
    status: 418,
    error: 'blocked',
  },
  { name: 'blocked by its body', send: post('block-me'), status: 403, error: 'blocked' },
  {
    name: 'blocked HEAD has no body',
    send: `HEAD /block-me HTTP/1.1\r\nHost: a\r\n${CLOSE}`,
    status: 403,
    answer: /\r\n\r\n$/,
  },
  {
    name: 'logged is forwarded',
    send: get('/log-me'),
    status: 200,
    echo: (e) => e.url,
    expected: '/log-me',
  },
  {
    name: 'shadow is forwarded',
    send: get('/shadow-me'),
    status: 200,
    echo: (e) => e.url,
    expected: '/shadow-me',
  },
  {
    name: 'trap fails open',
    send: get('/trap-me'),
    status: 200,
    echo: (e) => e.url,
    expected: '/trap-me',
  },
  {
    name: 'budget fails closed',
    send: get('/budget-me'),
    status: 503,
    error: 'inspection_unavailable',
  },
  {
    name: 'headers too large',
    send: get('/', `X-Big: ${'x'.repeat(20_000)}\r\n`),
    status: 431,
    error: 'headers_too_large',
  },
  {
    name: 'too many headers',
    send: get('/', 'X-A: 1\r\n'.repeat(300)),
    status: 431,
    error: 'too_many_headers',
  },
  {
    name: 'declared body too large',
    send: `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999\r\n${CLOSE}`,
    status: 413,
    error: 'body_too_large',
  },
  {
    name: 'streamed body too large',
    send: chunked(Array<string>(60).fill('x'.repeat(1000))),
    status: 413,
    error: 'body_too_large',
  },
  {
    name: 'both framings',
    send: `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n${CLOSE}0\r\n\r\n`,
    status: 400,
    error: 'malformed_request',
  },
  {
    name: 'framings the other way round',
    send: `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n${CLOSE}0\r\n\r\n`,
    status: 400,
    error: 'malformed_request',
  },
  {
    name: 'two content lengths',
    send: `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n${CLOSE}hello`,
    status: 400,
    error: 'malformed_request',
  },
  {
    name: 'other transfer coding',
    send: `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n${CLOSE}0\r\n\r\n`,
    status: 501,
    error: 'transfer_coding_not_supported',
  },
  {
    name: 'coding after chunked',
    send: `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n${CLOSE}0\r\n\r\n`,
    status: 400,
    error: 'malformed_request',
  },
  {
    name: 'space before the colon',
    send: `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n${CLOSE}0\r\n\r\n`,
    status: 400,
    error: 'malformed_request',
  },
  {
    name: 'bad chunk size',
    send: `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n`,
    status: 400,
    error: 'malformed_request',
  },
  {
    name: 'bare line feed in headers',
    send: `GET / HTTP/1.1\r\nHost: a\r\nX: 1\nY: 2\r\n${CLOSE}`,
    status: 400,
    error: 'malformed_request',
  },
  {
    name: 'two hosts',
    send: `GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n${CLOSE}`,
    status: 400,
    error: 'several_hosts',
  },
  {
    name: 'asterisk target',
    send: `OPTIONS * HTTP/1.1\r\nHost: a\r\n${CLOSE}`,
    status: 400,
    error: 'target_not_supported',
  },
  {
    name: 'user in the authority',
    send: `GET http://u@b/ HTTP/1.1\r\nHost: a\r\n${CLOSE}`,
    status: 400,
    error: 'target_not_supported',
  },
  {
    name: 'CONNECT',
    send: `CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n`,
    status: 405,
    error: 'connect_not_supported',
  },
  { name: 'bytes above ASCII', send: get('/\u00e9'), status: 400, error: 'malformed_request' },
  { name: 'not HTTP', send: 'hello\r\n\r\n', status: 400, error: 'malformed_request' },
  {
    name: 'unknown expectation',
    send: get('/', 'Expect: 200-ok\r\n'),
    status: 417,
    error: 'expectation_failed',
  },
  {
    name: 'h2c upgrade',
    send: `GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n`,
    status: 501,
    error: 'upgrade_not_supported',
  },
  {
    name: 'upgrade with a body',
    send: `POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 2\r\n\r\nok`,
    status: 400,
    error: 'upgrade_with_body',
  },
];

describe('proxy answers', () => {
  let upstream: TestUpstream;
  let stand: ProxyStand;

  beforeAll(async () => {
    upstream = await startUpstream((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString('latin1');
        const { method, url, rawHeaders: raw } = request;
        response.end(Buffer.from(JSON.stringify({ method, url, raw, body }), 'latin1'));
      });
    });
    stand = await startProxyStand({
      upstreamUrl: upstream.url,
      proxy: { max_body_bytes: 50_000 },
      onFailure: { budget: 'closed' },
    });
  });

  afterAll(async () => {
    await stand.close();
    await upstream.close();
  });

  it.each(cases)('proxy - $name', async (one) => {
    const answer = await rawRequest(stand.port, one.send);
    expect(statuses(answer)).toEqual([one.status]);
    const body = answer.slice(answer.indexOf('\r\n\r\n') + 4);
    if (one.error !== undefined) {
      const refusal = JSON.parse(body);
      expect(refusal).toEqual({ error: one.error, request_id: expect.stringMatching(/.+/) });
      expect(answer.toLowerCase()).toContain(`x-request-id: ${refusal.request_id}`);
    }
    if (one.echo !== undefined)
      expect(one.echo(JSON.parse(dechunked(answer)))).toEqual(one.expected);
    if (one.answer !== undefined) expect(answer).toMatch(one.answer);
  });

  it('proxy - every case ran and every module set was given back', () => {
    expect(cases).toHaveLength(47);
    expect(stand.held()).toBe(0);
    expect(stand.counters.inFlight).toBe(0);
  });
});

function dechunked(answer: string): string {
  const body = answer.slice(answer.indexOf('\r\n\r\n') + 4);
  if (!/^transfer-encoding: chunked/im.test(answer)) return body;
  return body.replace(/(^|\r\n)[0-9a-f]+\r\n/g, '').replace(/\r\n\r\n$/, '');
}
