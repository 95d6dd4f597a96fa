import { expect, onTestFinished, test } from 'vitest';
import { createHttpRuleDoor } from '../../../../src/generator/online/http-rule-door.ts';
import { startStatusServer } from '../../../../src/generator/online/status-server.ts';
import { freePort } from '../../../servers.ts';
import { createStand, NOW } from '../../orchestrator/app-stand.ts';

const rule = (id: string, changes: object = {}) => ({
  id,
  action: 'block',
  mode: 'shadow',
  confidence: 0.9,
  ttl_seconds: 600,
  when: { target: ['query.*'], op: 'contains', value: `union ${id}` },
  ...changes,
});

async function doorTo(key: string) {
  const { app } = await createStand();
  return createHttpRuleDoor({ url: await app.listen({ host: '127.0.0.1', port: 0 }), key });
}

test('rule door - adds, lists, replaces and removes rules of a real rule book', async () => {
  const door = await doorTo('key-all');
  expect(await door.add(rule('a'))).toEqual({ ok: true, pending: false });
  expect(await door.add(rule('b', { confidence: 0.1 }))).toEqual({ ok: true, pending: true });
  expect(await door.add(rule('a'))).toMatchObject({ ok: false, status: 409 });
  expect(await door.replace(rule('a', { mode: 'enforce' }))).toEqual({ ok: true, pending: false });
  expect(await door.list()).toMatchObject([
    { id: 'a', state: 'active', mode: 'enforce', actor: 'all', expiresAt: NOW + 600_000 },
    { id: 'b', state: 'pending', mode: 'shadow', expiresAt: null },
  ]);
  expect(await door.remove('a')).toMatchObject({ ok: true });
  expect(await door.remove('a')).toMatchObject({ ok: false, status: 404 });
});

test('rule door - faults of a rule, a wrong key and an orchestrator that is away are answers, not exceptions', async () => {
  const door = await doorTo('key-all');
  const faulty = await door.add(rule('c', { when: { target: ['query.*'], op: 'nonsense' } }));
  expect(faulty).toMatchObject({
    ok: false,
    status: 422,
    reason: expect.stringContaining('nonsense'),
  });
  const stranger = await doorTo('key-wrong');
  expect(await stranger.add(rule('d'))).toMatchObject({ ok: false, status: 401 });
  await expect(stranger.list()).rejects.toMatchObject({ code: 'WAF_ERR_GENERATOR_DOOR' });
  const away = createHttpRuleDoor({ url: `http://127.0.0.1:${await freePort()}`, key: 'k' });
  expect(await away.remove('a')).toMatchObject({ ok: false, status: 0 });
});

test('status server - tells health, readiness and metrics, and nothing else', async () => {
  let ready = false;
  const server = await startStatusServer({
    host: '127.0.0.1',
    port: 0,
    health: () => ({ ready, warm: true }),
    metrics: async () => ({ contentType: 'text/plain', text: 'x 1\n' }),
  });
  onTestFinished(() => server.close());
  const status = async (path: string, method = 'GET') =>
    (await fetch(server.url + path, { method })).status;
  expect(await (await fetch(`${server.url}/health`)).json()).toEqual({
    ...{ status: 'ok', ready: false, warm: true },
  });
  expect(await status('/ready')).toBe(503);
  ready = true;
  expect([await status('/ready'), await status('/x'), await status('/health', 'POST')]).toEqual([
    ...[200, 404, 405],
  ]);
  expect(await (await fetch(`${server.url}/metrics`)).text()).toBe('x 1\n');
});
