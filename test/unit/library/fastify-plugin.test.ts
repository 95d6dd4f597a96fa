import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, expect, test } from 'vitest';
import { type FastifyOptions, secbeatFastify, Waf, type WafVerdict } from '../../../src/index.ts';
import { artifactOf, blocking } from './artifacts.ts';

const waf = await Waf.load(
  artifactOf([
    blocking('evil'),
    blocking('needle', 'body.raw', { action: { block: { status: 418 } } }),
    blocking('shadow', 'uri', { mode: 'shadow' }),
  ]),
);
const apps: FastifyInstance[] = [];

afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

async function serve(options: Partial<FastifyOptions> = {}): Promise<string> {
  const app = Fastify();
  apps.push(app);
  await app.register(secbeatFastify, { waf, ...options });
  app.get('/*', (request) => ({
    action: request.waf?.action,
    matches: request.waf?.matches.length,
  }));
  app.post('/*', (request) => ({ body: request.body, action: request.waf?.action }));
  return app.listen({ port: 0, host: '127.0.0.1' });
}

const post = (body: string | Buffer, type = 'application/json') => ({
  method: 'POST',
  body,
  headers: { 'content-type': type },
});

test('fastify - a request that matches is answered, any other passes with its verdict', async () => {
  const url = await serve();
  const blocked = await fetch(`${url}/evil`);
  expect(blocked.status).toBe(403);
  expect(await blocked.json()).toEqual({ error: 'blocked' });
  expect(await (await fetch(`${url}/shadow`)).json()).toEqual({ action: 'allow', matches: 1 });
});

test('fastify - an unknown path is judged like any other', async () => {
  const app = Fastify();
  apps.push(app);
  await app.register(secbeatFastify, { waf });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  expect((await fetch(`${url}/evil`)).status).toBe(403);
  expect((await fetch(`${url}/good`)).status).toBe(404);
});

test('fastify - a body is judged as it was sent, and parsed as always', async () => {
  const url = await serve();
  const passed = await fetch(url, post('{"a": "hay"}'));
  expect(await passed.json()).toEqual({ body: { a: 'hay' }, action: 'allow' });
  expect((await fetch(url, post('{"a": "needle"}'))).status).toBe(418);
  expect((await fetch(url, post('{"a": "needle", "a": "hay"}'))).status).toBe(418);
  const text = 'x'.repeat(900_000);
  const large = await fetch(url, post(text, 'text/plain'));
  expect(await large.json()).toEqual({ body: text, action: 'allow' });
});

test('fastify - a body that is too large for the application is refused by it', async () => {
  const url = await serve();
  expect((await fetch(url, post('x'.repeat(1_100_000), 'text/plain'))).status).toBe(413);
});

test('fastify - without the bytes it judges what the parser left', async () => {
  const url = await serve({ maxBodyBytes: 0 });
  expect((await fetch(url, post('{"a": "nee\\u0064le"}'))).status).toBe(418);
  expect((await fetch(url, post('{"a": "hay"}'))).status).toBe(200);
});

test('fastify - the application is told every verdict', async () => {
  const told: WafVerdict[] = [];
  const url = await serve({ onVerdict: (verdict) => told.push(verdict) });
  await fetch(`${url}/evil`);
  await fetch(`${url}/good`);
  expect(told.map(({ action }) => action)).toEqual(['block', 'allow']);
});
