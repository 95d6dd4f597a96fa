import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answering, hostile } from '../../wasm-fixtures/fixtures.ts';
import { type ControlPlane, startControlPlane } from './stand.ts';

let plane: ControlPlane;
beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane.close());

const rule = (id: string, more: object = {}) => ({
  id,
  field: 'URI',
  pattern: `/${id}`,
  action: 'block',
  ...more,
});

async function post(...ids: readonly string[]) {
  const reply = await plane.call(
    'POST',
    '/api/v1/rules',
    ids.map((id) => rule(id)),
  );
  expect(reply.status, JSON.stringify(reply.body)).toBe(202);
  return settled(reply.body.release.revision);
}

async function settled(revision: string) {
  const { body } = await plane.call('GET', `/api/v1/releases/${revision}?wait=10000`);
  return body;
}

test('orchestrator - a posted rule reaches every node in the release that was promised', async () => {
  const release = await post('first');
  expect(release).toMatchObject({
    state: 'converged',
    cause: 'rules',
    actor: 'tester',
    waiting: [],
    expected_nodes: ['node-1', 'node-2', 'node-3'],
  });
  expect(release.rules.added).toContain('first');
  expect(release.publish_to_active_ms.max).toBeGreaterThanOrEqual(0);
  for (const node of plane.nodes) expect(node.running.get('universal-waf')).toBe(release.digest);
  const { body } = await plane.call('GET', '/api/v1/nodes');
  expect(body.nodes).toMatchObject(
    ['node-1', 'node-2', 'node-3'].map((id) => ({
      id,
      alive: true,
      drift: [],
      revision: release.revision,
    })),
  );
});

test('orchestrator - an example that the real engine does not match refuses the rule', async () => {
  const bad = rule('example', { examples: { match: ['/other'], no_match: [] } });
  const { status, body } = await plane.call('POST', '/api/v1/rules', JSON.stringify(bad, null, 2));
  expect(status).toBe(422);
  expect(body.diagnostics).toMatchObject([
    {
      code: 'WAF_ERR_RULE_EXAMPLE_NOT_MATCHED',
      rule_id: 'example',
      pointer: '/examples/match/0',
      line: 8,
    },
  ]);
});

test('orchestrator - sixty concurrent posts are all accepted and all released', async () => {
  const ids = Array.from({ length: 60 }, (_, index) => `burst-${index}`);
  const replies = await Promise.all(ids.map((id) => plane.call('POST', '/api/v1/rules', rule(id))));
  expect(replies.map(({ status }) => status)).toEqual(ids.map(() => 202));
  const revisions = new Set<string>(replies.map(({ body }) => body.release.revision));
  for (const revision of revisions) {
    const { state } = await settled(revision);
    expect(['converged', 'unchanged']).toContain(state);
  }
  const config = JSON.parse(readFileSync(join(plane.folder, 'waf-config.json'), 'utf8'));
  const released = config.rules.map(({ id }: { id: string }) => id);
  expect(ids.filter((id) => !released.includes(id))).toEqual([]);
});

test('orchestrator - a rule file is picked up, and a broken one changes nothing', async () => {
  const file = join(plane.folder, 'rules', 'bots.json');
  writeFileSync(file, JSON.stringify({ rules: [rule('from-file')] }));
  await expect
    .poll(async () => (await plane.call('GET', '/api/v1/rules/from-file')).body, {
      timeout: 10_000,
    })
    .toMatchObject({ source: 'static', state: 'active', file });
  await expect
    .poll(async () => (await plane.call('GET', '/api/v1/releases?limit=1')).body.releases[0], {
      timeout: 10_000,
    })
    .toMatchObject({ actor: 'file', state: 'converged', rules: { added: ['from-file'] } });
  writeFileSync(file, '{"rules": [');
  await post('after-broken-file');
  expect((await plane.call('GET', '/api/v1/rules/from-file')).body.state).toBe('active');
  await plane.restart();
  expect((await plane.call('GET', '/api/v1/rules/from-file')).body.state).toBe('active');
  writeFileSync(file, JSON.stringify({ rules: [rule('from-file')] }));
});

test('orchestrator - an edit of waf-config.json becomes rules and a release', async () => {
  const file = join(plane.folder, 'waf-config.json');
  const config = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...config, rules: [...config.rules, rule('by-hand')] }));
  await expect
    .poll(async () => (await plane.call('GET', '/api/v1/rules/by-hand')).body, { timeout: 10_000 })
    .toMatchObject({ source: 'dynamic', state: 'active', actor: 'waf-config' });
});

test('orchestrator - rolls back to the bytes of an earlier release and holds what it did not have', async () => {
  const before = await post('keep');
  await post('regret');
  const { status, body } = await plane.call('POST', '/api/v1/wasm/rollback', {
    revision: before.revision,
  });
  expect([status, body.success, body.rolled_back_to]).toEqual([200, true, before.revision]);
  expect(body.deployed_to).toHaveLength(3);
  for (const node of plane.nodes) expect(node.running.get('universal-waf')).toBe(before.digest);
  expect((await plane.call('GET', '/api/v1/rules/regret')).body.state).toBe('held');
  const deployed = await plane.call('POST', '/api/v1/rules/deploy', { rule_id: 'regret' });
  expect([deployed.status, deployed.body]).toMatchObject([200, { deployed_to: 3, failed: 0 }]);
});

test('orchestrator - the kill switch puts all rules in shadow mode and gives them back', async () => {
  const on = await plane.call('POST', '/api/v1/kill-switch', { engaged: true });
  expect(on.status).toBe(202);
  expect(await settled(on.body.release.revision)).toMatchObject({ converged: true, killed: true });
  expect((await plane.call('GET', '/api/v1/kill-switch')).body.engaged).toBe(true);
  const off = await plane.call('POST', '/api/v1/kill-switch', { engaged: false });
  expect(await settled(off.body.release.revision)).toMatchObject({ converged: true });
});

test('orchestrator - a module goes to the nodes of its target only, and bad ones nowhere', async () => {
  const form = (bytes: Uint8Array, target: string) => {
    const data = new FormData();
    data.set('name', 'bad-bot-blocker');
    data.set('target', target);
    data.set('file', new Blob([new Uint8Array(bytes)]), 'module.wasm');
    return data;
  };
  const upload = (bytes: Uint8Array, target: string) =>
    plane.call('POST', '/api/v1/wasm/reload-fleet', form(bytes, target));
  const good = await upload(answering(0), 'label:zone=main');
  expect([good.status, good.body]).toMatchObject([
    200,
    { success: true, deployed_to: ['node-2', 'node-3'], failed: [], total_downtime_ms: 0 },
  ]);
  expect(plane.nodes.map(({ running }) => running.has('bad-bot-blocker'))).toEqual([
    false,
    true,
    true,
  ]);
  const bad = await upload(hostile.missingExport(), 'all');
  expect([bad.status, bad.body]).toMatchObject([
    422,
    { success: false, error: 'Invalid WASM module: missing inspect_request export' },
  ]);
});

test('orchestrator - a node that refuses is named with its reason', async () => {
  plane.nodes[1]?.refuse('no room left');
  const release = await post('refused-by-one');
  plane.nodes[1]?.refuse(null);
  expect(release).toMatchObject({ state: 'failed', converged: false });
  expect(release.acks.find(({ node }: { node: string }) => node === 'node-2')).toMatchObject({
    status: 'NACK',
    error: { message: 'no room left' },
  });
  const drifting = await plane.call('GET', '/api/v1/nodes/node-2');
  expect(drifting.body.drift[0].message).toMatch(/^Version conflict: expected v\d+, got v\d+$/);
  const sync = await plane.call('POST', '/api/v1/wasm/sync-versions');
  expect(sync.body).toMatchObject({
    success: true,
    checked: 3,
    repaired: ['node-2'],
    failed: [],
  });
});

test('orchestrator - Redis away: rules are accepted with a warning and released when it is back', async () => {
  await plane.redis.kill();
  await expect
    .poll(async () => (await plane.call('GET', '/health')).body, { timeout: 10_000 })
    .toMatchObject({ status: 'degraded', redis: { connected: false }, nats: { connected: true } });
  const { status, body } = await plane.call('POST', '/api/v1/rules', rule('without-redis'));
  expect([status, body.warnings[0]?.code]).toEqual([202, 'WAF_ERR_RULE_RELEASE_DELAYED']);
  expect((await plane.call('GET', body.release.url)).body.state).toBe('queued');
  await plane.redis.start();
  expect(await settled(body.release.revision)).toMatchObject({ state: 'converged' });
});

test('orchestrator - NATS away: 503 and not ready, and everything goes on when it is back', async () => {
  await plane.nats.kill();
  await expect.poll(async () => (await plane.call('GET', '/ready')).status).toBe(503);
  const refused = await plane.call('POST', '/api/v1/rules', rule('without-nats'));
  expect([refused.status, refused.body.diagnostics[0].code]).toEqual([
    503,
    'WAF_ERR_FLEET_UNAVAILABLE',
  ]);
  expect((await plane.call('GET', '/api/v1/nodes')).status).toBe(503);
  await plane.nats.start();
  await expect
    .poll(async () => (await plane.call('GET', '/ready')).status, { timeout: 15_000 })
    .toBe(200);
  expect(await post('after-nats')).toMatchObject({ state: 'converged' });
});

test('orchestrator - another one on the same servers knows every rule, and closing is quick', async () => {
  const before = (await plane.call('GET', '/api/v1/rules')).body.total;
  const started = performance.now();
  await plane.restart();
  expect(performance.now() - started).toBeLessThan(15_000);
  expect((await plane.call('GET', '/api/v1/rules')).body.total).toBe(before);
  expect(await post('after-restart')).toMatchObject({ state: 'converged' });
});
