import { expect, test } from 'vitest';
import { LIMITS } from '../../../src/config/limits.ts';
import { createStand } from './app-stand.ts';

const rule = (id: string, more: object = {}) => ({
  id,
  field: 'URI',
  pattern: `/${id}`,
  action: 'block',
  ...more,
});

test('rules - a rule is accepted with its id and the release it will be part of', async () => {
  const { call } = await createStand();
  expect(await call('POST', '/api/v1/rules', rule('a'))).toMatchObject({
    status: 202,
    body: {
      ids: ['a'],
      accepted: 1,
      pending: [],
      release: { revision: 'v1', url: '/api/v1/releases/v1' },
      warnings: [],
    },
  });
});

test('rules - an array and {"rules"} are accepted as a whole', async () => {
  const { call } = await createStand();
  const array = await call('POST', '/api/v1/rules', [rule('a'), rule('b')]);
  const object = await call('POST', '/api/v1/rules', { rules: [rule('c')] });
  expect([array.status, array.body.ids]).toEqual([202, ['a', 'b']]);
  expect([object.status, object.body.ids]).toEqual([202, ['c']]);
  const { body } = await call('GET', '/api/v1/rules');
  expect([body.total, body.rules.map(({ id }: { id: string }) => id)]).toEqual([
    3,
    ['a', 'b', 'c'],
  ]);
});

/** Body, status, first code. */
const REFUSED: readonly [string, unknown, number, string][] = [
  ['broken JSON', '{"id": "x",\n  "field": }', 400, 'WAF_ERR_RULE_JSON_SYNTAX'],
  ['no text', '', 400, 'WAF_ERR_RULE_JSON_SYNTAX'],
  ['duplicate key', '{"id":"x","id":"y"}', 400, 'WAF_ERR_RULE_JSON_DUPLICATE_KEY'],
  ['no rule', '[]', 422, 'WAF_ERR_RULE_BATCH_EMPTY'],
  ['unknown action', rule('x', { action: 'blok' }), 422, 'WAF_ERR_RULE_ACTION_UNKNOWN'],
  ['empty pattern', rule('x', { pattern: '' }), 422, 'WAF_ERR_RULE_MATCHES_EVERYTHING'],
  ['unknown key', rule('x', { patern: 'y' }), 422, 'WAF_ERR_RULE_KEY_UNKNOWN'],
  ['expired', rule('x', { expires_at: '2020-01-01T00:00:00Z' }), 422, 'WAF_ERR_RULE_EXPIRED'],
  ['id exists', rule('present'), 409, 'WAF_ERR_RULE_ID_DUPLICATE'],
  ['full', [rule('c'), rule('d'), rule('e')], 409, 'WAF_ERR_RULE_LIMIT'],
];

test(`rules - each of ${REFUSED.length} bad bodies is refused with status, code and position`, async () => {
  expect(REFUSED).toHaveLength(10);
  const { call } = await createStand({ maxActiveRules: 3 });
  await call('POST', '/api/v1/rules', rule('present'));
  for (const [name, body, status, code] of REFUSED) {
    const reply = await call('POST', '/api/v1/rules', body);
    const [first] = reply.body.diagnostics ?? [];
    expect([reply.status, first?.code], `${name}: ${JSON.stringify(reply.body)}`).toEqual([
      status,
      code,
    ]);
    expect(reply.body.code).toBe(code);
    expect(reply.body.error).toContain(first.message);
  }
  expect((await call('GET', '/api/v1/rules')).body.total).toBe(1);
});

test('rules - a syntax error says line and column', async () => {
  const { call } = await createStand();
  const { body } = await call('POST', '/api/v1/rules', '{"id": "x",\n  "field": }');
  expect(body.diagnostics[0]).toMatchObject({ line: 2, column: 12 });
});

test('rules - a body that is too large is refused before it is read', async () => {
  const { call } = await createStand();
  const body = `"${'x'.repeat(LIMITS.batch.max_body_bytes)}"`;
  expect(await call('POST', '/api/v1/rules', body)).toMatchObject({
    status: 413,
    body: { code: 'WAF_ERR_API_BODY_TOO_LARGE' },
  });
});

test('rules - a body that is not JSON gets the header to send', async () => {
  const { call } = await createStand();
  for (const type of ['application/x-www-form-urlencoded', 'text/plain']) {
    const headers = { 'content-type': type };
    const { status, body } = await call('POST', '/api/v1/rules', 'a=b', { headers });
    expect([status, body.code], type).toEqual([415, 'WAF_ERR_API_MEDIA_TYPE']);
    expect(body.hint).toContain("-H 'Content-Type: application/json'");
  }
});

test('rules - validation answers 200 with all faults and changes nothing', async () => {
  const { call } = await createStand();
  const bad = [rule('a', { action: 'blok' }), rule('b', { pattern: '*' })];
  const invalid = await call('POST', '/api/v1/rules/validate', bad);
  expect([invalid.status, invalid.body.valid]).toEqual([200, false]);
  expect(invalid.body.diagnostics.map(({ code }: { code: string }) => code)).toEqual(
    expect.arrayContaining(['WAF_ERR_RULE_ACTION_UNKNOWN', 'WAF_ERR_RULE_MATCHES_EVERYTHING']),
  );
  const valid = await call('POST', '/api/v1/rules/validate', rule('a'));
  expect(valid.body).toMatchObject({ valid: true, rules: [{ id: 'a' }] });
  expect((await call('GET', '/api/v1/rules')).body.total).toBe(0);
});

test('rules - one rule is shown with its pattern, source and whole long form', async () => {
  const { call } = await createStand();
  await call('POST', '/api/v1/rules', rule('a', { ttl_seconds: 60, tags: ['bots'] }));
  expect((await call('GET', '/api/v1/rules/a')).body).toMatchObject({
    id: 'a',
    pattern: '/a',
    action: 'block',
    mode: 'enforce',
    source: 'dynamic',
    state: 'active',
    actor: 'all',
    added_at: '2026-03-01T12:00:00.000Z',
    rule: { v: 1, when: { target: ['uri'], op: 'contains' }, action: { block: { status: 403 } } },
  });
  expect((await call('GET', '/api/v1/rules/a')).body.expires_at).toMatch(/^2026-03-01T12:01:00/);
});

test('rules - the list is filtered by state, source and tag, and unknown filters are refused', async () => {
  const { call } = await createStand();
  await call('POST', '/api/v1/rules', [rule('a', { tags: ['bots'] }), rule('b')]);
  const ids = async (query: string) =>
    (await call('GET', `/api/v1/rules${query}`)).body.rules.map(({ id }: { id: string }) => id);
  expect(await ids('?tag=bots')).toEqual(['a']);
  expect(await ids('?state=active&source=dynamic')).toEqual(['a', 'b']);
  expect(await ids('?state=held')).toEqual([]);
  expect((await call('GET', '/api/v1/rules?state=odd')).status).toBe(400);
  expect((await call('GET', '/api/v1/rules?tags=bots')).body.error).toContain('"tags"');
});

test('rules - a rule is replaced and removed by id, and unknown ids are 404', async () => {
  const { call } = await createStand();
  await call('POST', '/api/v1/rules', rule('a'));
  const { id: _, ...withoutId } = rule('a', { pattern: '/other' });
  expect((await call('PUT', '/api/v1/rules/a', withoutId)).status).toBe(202);
  expect((await call('GET', '/api/v1/rules/a')).body.pattern).toBe('/other');
  expect((await call('PUT', '/api/v1/rules/nope', withoutId)).status).toBe(404);
  expect((await call('DELETE', '/api/v1/rules/a')).body).toMatchObject({ ids: ['a'] });
  expect((await call('DELETE', '/api/v1/rules/a')).status).toBe(404);
  expect(await call('GET', '/api/v1/rules/a')).toMatchObject({
    status: 404,
    body: { code: 'WAF_ERR_API_RULE_UNKNOWN' },
  });
});

test('rules - ids with slashes, spaces and the full length fit into the address', async () => {
  const { call } = await createStand();
  const id = 'x'.repeat(LIMITS.rule.max_id_length);
  expect((await call('POST', '/api/v1/rules', rule(id))).status).toBe(202);
  expect((await call('GET', `/api/v1/rules/${id}`)).status).toBe(200);
  expect((await call('GET', `/api/v1/rules/${'%20'.repeat(100)}`)).body.code).toBe(
    'WAF_ERR_API_RULE_UNKNOWN',
  );
});

test('rules - a store that is away is 503 with Retry-After, and nothing is accepted', async () => {
  const { call, store } = await createStand();
  store.write = async () => {
    throw new Error('no connection');
  };
  const reply = await call('POST', '/api/v1/rules', rule('a'));
  expect([reply.status, reply.headers['retry-after']]).toEqual([503, '1']);
  expect(reply.body.diagnostics[0].code).toBe('WAF_ERR_RULE_STORE_UNAVAILABLE');
  expect((await call('GET', '/api/v1/rules')).body.total).toBe(0);
});

test('rules - changes are limited per key, reading is not', async () => {
  const { call } = await createStand({
    settings: {
      auth: { keys: (await import('./app-stand.ts')).KEYS },
      orchestrator: { rate_limit_per_minute: 2 } as never,
      waf: { wasm: { module: 'x.wasm', reload: { max_reload_frequency_seconds: 0 } } } as never,
    },
  });
  const statuses = [];
  for (const id of ['a', 'b', 'c']) {
    statuses.push((await call('POST', '/api/v1/rules', rule(id))).status);
  }
  expect(statuses).toEqual([202, 202, 429]);
  const limited = await call('POST', '/api/v1/rules', rule('d'));
  expect(limited.body.code).toBe('WAF_ERR_API_RATE_LIMITED');
  expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
  expect((await call('POST', '/api/v1/rules', rule('d'), { key: 'key-rules' })).status).toBe(202);
  expect((await call('GET', '/api/v1/rules')).status).toBe(200);
});
