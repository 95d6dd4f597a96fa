import { expect, test } from 'vitest';
import { createStand } from './app-stand.ts';

test('authentication - a request without a key is refused and told how to send one', async () => {
  const { call } = await createStand();
  const { status, body, headers } = await call('GET', '/api/v1/rules', undefined, { key: '' });
  expect(status).toBe(401);
  expect(body).toMatchObject({ error: 'unauthorized', code: 'WAF_ERR_API_UNAUTHORIZED' });
  expect(body.hint).toContain('X-SecBeat-API-Key');
  expect(headers['www-authenticate']).toBe('Bearer realm="secbeat"');
});

test('authentication - after 60 wrong keys in a minute an address gets 429, right keys pass', async () => {
  const { app, call } = await createStand();
  const guess = (remoteAddress: string) =>
    app.inject({
      method: 'GET',
      url: '/api/v1/rules',
      remoteAddress,
      headers: { 'x-secbeat-api-key': 'wrong' },
    });
  const statuses = [];
  for (let n = 0; n < 60; n++) statuses.push((await guess('127.0.0.1')).statusCode);
  expect(new Set(statuses)).toEqual(new Set([401]));
  const late = await guess('127.0.0.1');
  expect([late.statusCode, late.json().code]).toEqual([429, 'WAF_ERR_API_WRONG_KEYS']);
  expect(Number(late.headers['retry-after'])).toBeGreaterThan(0);
  expect((await guess('127.0.0.2')).statusCode).toBe(401);
  expect((await call('GET', '/api/v1/rules')).status).toBe(200);
});

test('authentication - both documented headers are accepted', async () => {
  const { call } = await createStand();
  const own = await call('GET', '/api/v1/rules');
  const bearer = await call('GET', '/api/v1/rules', undefined, {
    key: '',
    headers: { authorization: 'Bearer key-read' },
  });
  expect([own.status, bearer.status]).toEqual([200, 200]);
});

test('authentication - with no key configured every key is refused, also the empty one', async () => {
  const { call } = await createStand({
    settings: {
      auth: { keys: [] },
      orchestrator: { rate_limit_per_minute: 10 } as never,
      waf: { wasm: { module: 'x.wasm', reload: { max_reload_frequency_seconds: 0 } } } as never,
    },
  });
  for (const authorization of ['Bearer ', 'Bearer', 'Bearer key-all']) {
    const options = { key: '', headers: { authorization } };
    const { status, body } = await call('GET', '/api/v1/rules', undefined, options);
    expect(status, authorization).toBe(401);
    expect(body.hint).toContain('ORCHESTRATOR_API_KEY');
  }
  const blank = await call('GET', '/api/v1/rules', undefined, {
    key: '',
    headers: { 'x-secbeat-api-key': ' ' },
  });
  expect(blank.status).toBe(401);
});

/** Method, path, the role it needs. */
const ROLES = [
  ['GET', '/api/v1/rules', 'read'],
  ['GET', '/api/v1/rules/x', 'read'],
  ['POST', '/api/v1/rules/validate', 'read'],
  ['GET', '/api/v1/nodes', 'read'],
  ['GET', '/api/v1/threats', 'read'],
  ['GET', '/api/v1/releases', 'read'],
  ['GET', '/api/v1/kill-switch', 'read'],
  ['GET', '/api/v1/openapi.json', 'read'],
  ['POST', '/api/v1/rules', 'rules'],
  ['PUT', '/api/v1/rules/x', 'rules'],
  ['DELETE', '/api/v1/rules/x', 'rules'],
  ['POST', '/api/v1/rules/x/approve', 'rules'],
  ['POST', '/api/v1/rules/deploy', 'rules'],
  ['POST', '/api/v1/policy', 'rules'],
  ['POST', '/api/v1/scale', 'deploy'],
  ['POST', '/api/v1/wasm/reload-fleet', 'deploy'],
  ['POST', '/api/v1/wasm/deploy', 'deploy'],
  ['POST', '/api/v1/wasm/rollback', 'deploy'],
  ['POST', '/api/v1/wasm/sync-versions', 'deploy'],
  ['POST', '/api/v1/kill-switch', 'deploy'],
] as const;

test(`authentication - each of ${ROLES.length} endpoints refuses keys that lack its role`, async () => {
  expect(ROLES).toHaveLength(20);
  const { call } = await createStand();
  for (const [method, url, needed] of ROLES) {
    for (const role of ['read', 'rules', 'deploy']) {
      const { status, body } = await call(method, url, undefined, { key: `key-${role}` });
      const where = `${method} ${url} with ${role}`;
      if (role === needed) expect(status, where).not.toBe(403);
      else expect([status, body.code], where).toEqual([403, 'WAF_ERR_API_FORBIDDEN']);
    }
  }
});

test('authentication - health, readiness and metrics need no key', async () => {
  const { call } = await createStand();
  for (const url of ['/health', '/ready', '/metrics']) {
    expect((await call('GET', url, undefined, { key: '' })).status, url).toBe(200);
  }
});
