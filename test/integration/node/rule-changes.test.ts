import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningNode } from '../../../src/node/main.ts';
import { type ControlPlane, KEY, startControlPlane } from '../orchestrator/stand.ts';
import { API_KEY, startNode, statusOf } from './node-stand.ts';
import { startUpstream, type TestUpstream } from './proxy-stand.ts';

let plane: ControlPlane;
let upstream: TestUpstream;
let node: RunningNode;

beforeAll(async () => {
  upstream = await startUpstream((_request, response) => void response.end('ok'));
  plane = await startControlPlane();
  node = await start(KEY);
});
afterAll(async () => {
  await node.close();
  await plane.close();
  await upstream.close();
});

/** A node of the control plane's fleet that passes changes on with this key. */
function start(orchestrator_key: string, more: object = {}): Promise<RunningNode> {
  return startNode({
    upstreamUrl: upstream.url,
    natsUrl: plane.nats.url,
    node: {
      ...{ id: 'real-node', orchestrator_url: plane.url, orchestrator_key },
      ...{ heartbeat_interval_ms: 100, trusted_proxies: ['127.0.0.1'], ...more },
    },
    settings: {
      signing: {
        trusted_key_files: [join(plane.folder, 'keys', 'signing.pub.pem')],
        required: true,
      },
    },
  });
}

async function call(to: RunningNode, method: string, path: string, body?: object) {
  const headers = {
    'x-secbeat-api-key': API_KEY,
    ...(body && { 'content-type': 'application/json' }),
  };
  const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
  const answer = await fetch(to.adminUrl + path, init);
  const text = await answer.text();
  expect(text).not.toContain(KEY);
  return { status: answer.status, body: JSON.parse(text) };
}

test('node rules - a posted rule is enforced here when the answer comes, and removed likewise', async () => {
  const rule = { pattern: '/posted', action: 'block', severity: 'critical' };
  const { status, body } = await call(node, 'POST', '/api/v1/rules', rule);
  expect([status, body.status], JSON.stringify(body)).toEqual([201, 'active']);
  expect(body.created_at).toMatch(/^\d{4}-.*Z$/);
  expect(await statusOf(node, '/posted')).toBe(403);
  expect(await statusOf(node, '/other')).toBe(200);

  const { body: list } = await call(node, 'GET', '/api/v1/rules');
  expect(list).toEqual({
    rules: [{ id: body.id, pattern: '/posted', action: 'block', hits: 1 }],
    total: 1,
  });
  const stored = (await plane.call('GET', `/api/v1/rules/${body.id}`)).body;
  expect(stored).toMatchObject({ actor: 'tester', rule: { severity: 'critical' } });
  expect(body.expires_at).toBe(stored.expires_at);
  expect((await call(node, 'GET', '/api/v1/status')).body.revision).toBe(body.release);
  expect((await call(node, 'GET', '/api/v1/stats')).body).toMatchObject({
    requests: 2,
    blocked: 1,
  });

  const removed = await call(node, 'DELETE', `/api/v1/rules/${body.id}`);
  expect([removed.status, removed.body]).toMatchObject([200, { id: body.id, status: 'removed' }]);
  expect(await statusOf(node, '/posted')).toBe(200);
  expect((await call(node, 'DELETE', `/api/v1/rules/${body.id}`)).status).toBe(404);
});

test('node blacklist - an address is blocked on every path, with its reason and lifetime', async () => {
  const entry = { ip: '203.0.113.9', reason: 'scans', ttl_seconds: 600 };
  const { status, body } = await call(node, 'POST', '/api/v1/blacklist', entry);
  expect([status, body], JSON.stringify(body)).toMatchObject([
    201,
    { ip: '203.0.113.9', status: 'active' },
  ]);
  const from = async (address: string) => {
    const answer = await fetch(node.dataUrl, { headers: { 'x-forwarded-for': address } });
    await answer.arrayBuffer();
    return answer.status;
  };
  expect([await from('203.0.113.9'), await from('203.0.113.10')]).toEqual([403, 200]);
  const { rule } = (await plane.call('GET', `/api/v1/rules/${body.id}`)).body;
  expect(rule).toMatchObject({ description: 'scans', tags: ['blacklist'] });
  expect(Date.parse(body.expires_at) - Date.parse(body.created_at)).toBeLessThan(660_000);
});

/** Path, body, status, code, pointer: each refused by the orchestrator itself. */
const REFUSED = [
  ['rules', { pattern: '*', action: 'block' }, 422, 'MATCHES_EVERYTHING', '/pattern'],
  ['rules', { pattern: '/a', action: 'blok' }, 422, 'ACTION_UNKNOWN', '/action'],
  ['rules', { pattern: '/a', action: 'block', severity: 'x' }, 422, 'VALUE', '/severity'],
  ['blacklist', { ip: '203.0.113.300' }, 422, 'OPERAND', '/ip'],
  ['blacklist', { ip: '0.0.0.0/0' }, 422, 'MATCHES_EVERYTHING', '/ip'],
] as const;

test(`node rules - each of ${REFUSED.length} refusals comes back with its diagnostic`, async () => {
  expect(REFUSED).toHaveLength(5);
  for (const [path, sent, status, code, pointer] of REFUSED) {
    const { status: got, body } = await call(node, 'POST', `/api/v1/${path}`, sent);
    expect([got, body.code], JSON.stringify(body)).toEqual([status, `WAF_ERR_RULE_${code}`]);
    expect(body.diagnostics[0]).toMatchObject({ code: `WAF_ERR_RULE_${code}`, pointer });
    expect(body.diagnostics[0].column).toBeUndefined();
  }
  const unknown = await call(node, 'POST', '/api/v1/rules', { pattern: '/a', actoin: 'block' });
  expect([unknown.status, unknown.body.code]).toEqual([400, 'WAF_ERR_NODE_REQUEST']);
});

test('node rules - a node that another node of the fleet contradicts says so', async () => {
  plane.nodes[0]?.refuse('no room');
  const { status, body } = await call(node, 'POST', '/api/v1/rules', {
    pattern: '/refused',
    action: 'block',
  });
  plane.nodes[0]?.refuse(null);
  expect([status, body.code]).toEqual([502, 'WAF_ERR_NODE_RELEASE_FAILED']);
  expect(body.error).toContain('node-1: no room');
});

test('node rules - a key that the orchestrator does not know is the fault of the node', async () => {
  const other = await start('some-other-key', { id: 'other-node' });
  const answer = await call(other, 'POST', '/api/v1/blacklist', { ip: '203.0.113.1' });
  await other.close();
  expect([answer.status, answer.body.code]).toEqual([502, 'WAF_ERR_NODE_ORCHESTRATOR_KEY']);
  expect(JSON.stringify(answer.body)).not.toContain('some-other-key');
});
