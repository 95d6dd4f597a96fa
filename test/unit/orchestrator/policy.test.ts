import { expect, test } from 'vitest';
import { createStand } from './app-stand.ts';

const policy = (...rules: readonly object[]) => ({ name: 'office', rules });

/** Type, value, the condition that it becomes. */
const TYPES: readonly [string, string, object][] = [
  ['ip_block', '2001:db8::/32', { target: ['client.ip'], op: 'ip_in', value: ['2001:db8::/32'] }],
  ['path_block', '/*.php', { target: ['path'], op: 'glob', value: '/*.php' }],
  [
    'path_block',
    '/admin/',
    {
      any: [
        { target: ['path'], op: 'equals', value: '/admin' },
        { target: ['path'], op: 'starts_with', value: '/admin/' },
      ],
    },
  ],
  [
    'user_agent_block',
    'EvilBot',
    { target: ['headers[user-agent]'], op: 'contains', value: 'EvilBot', ignore_case: true },
  ],
  ['method_block', 'trace', { target: ['method'], op: 'equals', value: 'TRACE' }],
];

test(`policy - each of ${TYPES.length} rules becomes a block rule that never expires`, async () => {
  expect(TYPES).toHaveLength(5);
  const { call } = await createStand();
  const rules = TYPES.map(([type, value]) => ({ type, value }));
  const ids = TYPES.map((_, index) => `policy-office-${index + 1}`);
  expect(
    await call('POST', '/api/v1/policy', policy(...rules), { key: 'key-rules' }),
  ).toMatchObject({
    status: 202,
    body: { ids, accepted: 5, release: { revision: 'v1', url: '/api/v1/releases/v1' } },
  });
  for (const [index, [, , when]] of TYPES.entries()) {
    const { body } = await call('GET', `/api/v1/rules/${ids[index]}`);
    expect(body).toMatchObject({ action: 'block', state: 'active', rule: { when } });
    expect(body.expires_at).toBeNull();
  }
  const tagged = await call('GET', '/api/v1/rules?tag=policy:office');
  expect(tagged.body.total).toBe(5);
});

/** Rules, status, code and pointer of each fault. */
const REFUSED: readonly [string, object[], number, [string, string][]][] = [
  [
    'unsupported types',
    [
      { type: 'geo_block', countries: ['XX'] },
      { type: 'ip_block', value: '192.0.2.1' },
      { type: 'toString', value: 'x' },
    ],
    422,
    [
      ['WAF_ERR_API_POLICY', '/rules/0/type'],
      ['WAF_ERR_API_POLICY', '/rules/2/type'],
    ],
  ],
  ['no value', [{ type: 'ip_block' }], 422, [['WAF_ERR_API_POLICY', '/rules/0']]],
  [
    'countries of another type',
    [{ type: 'ip_block', countries: ['XX'] }],
    422,
    [['WAF_ERR_API_POLICY', '/rules/0/countries']],
  ],
  [
    'every path',
    [{ type: 'path_block', value: '/*' }],
    422,
    [['WAF_ERR_API_POLICY', '/rules/0/value']],
  ],
  [
    'a path without root',
    [{ type: 'path_block', value: 'admin' }],
    422,
    [['WAF_ERR_API_POLICY', '/rules/0/value']],
  ],
  [
    'two methods',
    [{ type: 'method_block', value: 'PUT,TRACE' }],
    422,
    [['WAF_ERR_API_POLICY', '/rules/0/value']],
  ],
  [
    'every agent',
    [{ type: 'user_agent_block', value: '*' }],
    422,
    [['WAF_ERR_RULE_MATCHES_EVERYTHING', '/rules/0/value']],
  ],
  [
    'every address',
    [
      { type: 'method_block', value: 'TRACE' },
      { type: 'ip_block', value: '0.0.0.0/0' },
    ],
    422,
    [['WAF_ERR_RULE_MATCHES_EVERYTHING', '/rules/1/value']],
  ],
  [
    'no address',
    [{ type: 'ip_block', value: 'localhost' }],
    422,
    [['WAF_ERR_RULE_OPERAND', '/rules/0/value']],
  ],
  ['no rules', [], 400, [['WAF_ERR_API_BODY_INVALID', '/rules']]],
  [
    'an unknown key',
    [{ type: 'ip_block', vlaue: 'x' }],
    400,
    [['WAF_ERR_API_BODY_INVALID', '/rules/0']],
  ],
];

test(`policy - each of ${REFUSED.length} bad ones is refused whole, with where and why`, async () => {
  expect(REFUSED).toHaveLength(11);
  const { call } = await createStand();
  for (const [name, rules, status, faults] of REFUSED) {
    const reply = await call('POST', '/api/v1/policy', policy(...rules));
    const found = reply.body.diagnostics.map((one: { code: string; pointer: string }) => [
      one.code,
      one.pointer,
    ]);
    expect([reply.status, found], `${name}: ${JSON.stringify(reply.body)}`).toEqual([
      status,
      faults,
    ]);
    expect(reply.body.diagnostics[0].line).toBeUndefined();
  }
  expect((await call('GET', '/api/v1/rules')).body.total).toBe(0);
});

test('policy - an unsupported type is told which are supported', async () => {
  const { call } = await createStand();
  const { body } = await call('POST', '/api/v1/policy', policy({ type: 'geo_block' }));
  expect(body).toMatchObject({
    code: 'WAF_ERR_API_POLICY',
    error: 'refused: the type "geo_block" is not supported',
    diagnostics: [{ hint: 'Supported: ip_block, path_block, user_agent_block, method_block.' }],
  });
});

test('policy - a name that is taken is a conflict, and a name with a slash is none', async () => {
  const { call } = await createStand();
  const rule = { type: 'method_block', value: 'TRACE' };
  await call('POST', '/api/v1/policy', policy(rule));
  expect(await call('POST', '/api/v1/policy', policy(rule))).toMatchObject({
    status: 409,
    body: { code: 'WAF_ERR_RULE_ID_DUPLICATE', diagnostics: [{ pointer: '/name' }] },
  });
  const bad = await call('POST', '/api/v1/policy', { name: 'a/b', rules: [rule] });
  expect([bad.status, bad.body.code]).toEqual([400, 'WAF_ERR_API_BODY_INVALID']);
});
