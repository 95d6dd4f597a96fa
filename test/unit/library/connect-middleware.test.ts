import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, request as send } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type ConnectOptions, secbeatConnect, Waf, type WafVerdict } from '../../../src/index.ts';
import type { ConnectRequest } from '../../../src/library/connect-middleware.ts';
import { ruleOf } from '../../reference/engine.ts';
import { artifactOf, blocking } from './artifacts.ts';

const waf = await Waf.load(
  artifactOf([
    blocking('evil'),
    blocking('needle', 'body.raw', { action: { block: { status: 418 } } }),
    blocking('shadow', 'uri', { mode: 'shadow' }),
    ruleOf('ip', { target: ['client.ip'], op: 'ip_in', value: ['203.0.113.0/24'] }),
  ]),
);
const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done))));
});

/** A server whose application answers with what it could read of the request. */
async function serve(
  options: Partial<ConnectOptions> = {},
  before: (request: ConnectRequest) => void | Promise<void> = () => {},
): Promise<number> {
  const middleware = secbeatConnect({ waf, ...options });
  const server = createServer(async (request: ConnectRequest, response) => {
    await before(request);
    middleware(request, response, async (error) => {
      if (error !== undefined) return response.writeHead(500).end((error as Error).message);
      const chunks: Buffer[] = [];
      if (!request.readableEnded) for await (const chunk of request) chunks.push(chunk);
      const { action, matches } = request.waf!;
      response.end(
        JSON.stringify({ action, matches: matches.length, got: Buffer.concat(chunks).length }),
      );
    });
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Sends the parts of a body one by one; chunked when there are several. */
async function ask(port: number, path: string, ...body: (string | Buffer)[]) {
  const length = body.length === 1 ? { 'content-length': Buffer.byteLength(body[0]!) } : {};
  const method = body.length > 0 ? 'POST' : 'GET';
  const request = send({ port, host: '127.0.0.1', path, method, headers: length, agent: false });
  for (const part of body) {
    if (!request.write(part)) await once(request, 'drain');
  }
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode, type: response.headers['content-type'], text };
}

test('connect - a request that matches is answered, any other passes with its verdict', async () => {
  const port = await serve();
  expect(await ask(port, '/evil')).toEqual({
    status: 403,
    type: 'application/json',
    text: '{"error":"blocked"}',
  });
  const passed = await ask(port, '/shadow');
  expect(JSON.parse(passed.text)).toEqual({ action: 'allow', matches: 1, got: 0 });
});

const bodies: [string, (string | Buffer)[], number][] = [
  ['in one piece', ['a needle'], 418],
  ['in chunks', ['a nee', 'dle'], 418],
  ['without a match', ['hay'], 200],
  ['empty and chunked', ['', ''], 200],
  ['larger than any buffer', [Buffer.alloc(3_000_000, 'x')], 200],
  ['large, in chunks', Array.from({ length: 40 }, () => Buffer.alloc(50_000, 'x')), 200],
  ['matching at the limit', [`${'x'.repeat(131_066)}needle`], 418],
  ['matching beyond the limit', [`${'x'.repeat(131_067)}needle`], 200],
];

test.each(bodies)('connect - a body %s is judged and read again', async (_, body, status) => {
  const answer = await ask(await serve(), '/', ...body);
  expect(answer.status).toBe(status);
  const sent = body.reduce((sum, part) => sum + part.length, 0);
  if (status === 200) expect(JSON.parse(answer.text)).toMatchObject({ got: sent });
});

test('connect - the table of bodies is complete', () => {
  expect(bodies).toHaveLength(8);
});

test('connect - bodies come one after another on one connection', async () => {
  const port = await serve();
  const socket = connect(port, '127.0.0.1');
  const post = (body: string) =>
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  socket.write(
    post('hay') +
      post('needle') +
      post('straw').replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'),
  );
  let text = '';
  for await (const chunk of socket) text += chunk;
  expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual([
    '200',
    '418',
    '200',
  ]);
});

test('connect - without a body to wait for it judges at once', async () => {
  const port = await serve({ maxBodyBytes: 0 });
  expect(JSON.parse((await ask(port, '/', 'a needle')).text)).toMatchObject({ got: 8 });
});

const leftovers: [string, Partial<ConnectRequest>, number][] = [
  ['rawBody', { rawBody: Buffer.from('needle') }, 418],
  ['text', { body: 'needle' }, 418],
  ['a parsed object', { body: { a: 'needle' } }, 418],
  ['another object', { body: { a: 'hay' } }, 200],
];

test.each(leftovers)('connect - what a parser left is judged: %s', async (_, left, status) => {
  const port = await serve({}, async (request) => {
    for await (const _chunk of request);
    Object.assign(request, left);
  });
  expect((await ask(port, '/', 'as it was sent')).status).toBe(status);
});

test('connect - the table of leftovers is complete', () => {
  expect(leftovers).toHaveLength(4);
});

test('connect - the application says who the client is, and is told every verdict', async () => {
  const told: WafVerdict[] = [];
  const port = await serve({
    ip: (request) => (request.headers['x-client'] as string | undefined) ?? '203.0.113.9',
    onVerdict: (verdict) => told.push(verdict),
  });
  expect((await ask(port, '/')).status).toBe(403);
  expect(told).toMatchObject([{ action: 'block', rule: 'ip' }]);
});

test('connect - a fault of the application is passed on', async () => {
  const port = await serve({
    onVerdict: () => {
      throw new Error('no verdicts today');
    },
  });
  expect(await ask(port, '/', 'x')).toMatchObject({ status: 500, text: 'no verdicts today' });
});

test('connect - a client that goes away in the middle of a body ends the wait', async () => {
  const failed = new Promise<unknown>((resolve, reject) => {
    const middleware = secbeatConnect({ waf });
    const server = createServer((request, response) =>
      middleware(request, response, (error) =>
        error ? resolve(error) : reject(new Error('passed')),
      ),
    );
    servers.push(server);
    server.listen(0, '127.0.0.1', () => {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
      socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf', () =>
        socket.destroy(),
      );
    });
  });
  await expect(failed).resolves.toBeInstanceOf(Error);
});
