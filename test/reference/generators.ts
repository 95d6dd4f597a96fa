import fc from 'fast-check';
import { compileProgram } from '../../src/compiler/compile-program.ts';
import { SUPPORTED_TRANSFORMS } from '../../src/compiler/supported.ts';
import type { InspectionRequest } from '../../src/engine/verdict.ts';
import type { Action, Condition, Leaf, Rule, WafConfig } from '../../src/rules/model.ts';
import { configOf, ruleOf } from './engine.ts';

/** Few letters, so that texts overlap, repeat and contain each other. */
const LETTERS = [
  'a',
  'b',
  'A',
  'B',
  'ab',
  'aa',
  '/',
  '.',
  '..',
  '%61',
  '%u0061',
  '+',
  ' ',
  '*',
  '=',
  '1',
];
const text = (maxLength: number) =>
  fc.array(fc.constantFrom(...LETTERS), { maxLength }).map((parts) => parts.join(''));
const someText = (maxLength: number) => text(maxLength).filter((value) => value !== '');
const name = fc.constantFrom('a', 'b', 'A', 'ab', 'x-a');
const address = fc.constantFrom(
  '10.0.0.1',
  '10.1.255.255',
  '192.0.2.7',
  '255.255.255.255',
  '::1',
  '2001:db8::1',
  '2001:db8:0:1::ffff',
  '::ffff:10.0.0.1',
  'fe80::1',
  'unknown',
);
const network = fc.constantFrom(
  '10.0.0.0/8',
  '10.0.0.1',
  '192.0.2.0/29',
  '0.0.0.0/1',
  '::1',
  '2001:db8::/64',
  '2001:db8::/32',
  'fe80::/10',
  '::/0',
);

const plainTarget = fc.constantFrom(
  'method',
  'uri',
  'path',
  'path.raw',
  'query.raw',
  'query.*',
  'query.names',
  'headers.*',
  'headers.names',
  'cookies.*',
  'cookies.names',
  'body.raw',
  'body.form.*',
  'body.form.names',
  'client.ip',
  'version',
);
const namedTarget = fc
  .tuple(fc.constantFrom('query', 'headers', 'cookies', 'body.form'), name)
  .map(([family, member]) => `${family}[${member}]`);
const target = fc.oneof(plainTarget, namedTarget);

const integer = fc.integer({ min: -3, max: 12 });
const ignoreCase = fc.boolean().map((ignore) => (ignore ? { ignore_case: true } : {}));
const textOp = fc.constantFrom('equals', 'contains', 'starts_with', 'ends_with', 'glob', 'within');
const listOp = fc.constantFrom('in', 'phrases');
const numberOp = fc.constantFrom('lt', 'lte', 'gt', 'gte');
const bareOp = fc.constantFrom('exists', 'valid_utf8', 'valid_url_encoding');
const bound = fc.oneof(
  integer,
  integer.map((gte) => ({ gte })),
  fc.tuple(integer, integer).map(([gt, lt]) => ({ gt, lt })),
  integer.map((eq) => ({ eq })),
);
const test: fc.Arbitrary<Pick<Leaf, 'op' | 'value' | 'ignore_case'>> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ op: textOp, value: text(4) }) },
  {
    weight: 2,
    arbitrary: fc.record({ op: listOp, value: fc.array(text(3), { minLength: 1, maxLength: 4 }) }),
  },
  fc.record({ op: fc.constant('length' as const), value: bound }),
  fc.record({ op: numberOp, value: integer }),
  fc.record({ op: fc.constant('between' as const), value: fc.tuple(integer, integer) }),
  fc.record({ op: bareOp }),
  fc.record({
    op: fc.constant('byte_range' as const),
    value: fc.constantFrom('97-122', '32-126,9', '0-255'),
  }),
  fc.record({
    op: fc.constant('ip_in' as const),
    value: fc.array(network, { minLength: 1, maxLength: 3 }),
  }),
);
const quantifier = fc.oneof(
  { weight: 5, arbitrary: fc.constant({}) },
  fc
    .constantFrom('any', 'all', 'none')
    .map((word) => ({ quantifier: word as 'any' | 'all' | 'none' })),
  fc
    .tuple(fc.constantFrom('>=', '>', '<=', '==', '<'), fc.integer({ min: 1, max: 3 }))
    .map(([comparison, n]) => ({ quantifier: { count: `${comparison}${n}` } })),
);

const leaf: fc.Arbitrary<Leaf> = fc
  .tuple(
    test,
    ignoreCase,
    quantifier,
    fc.array(target, { minLength: 1, maxLength: 3 }),
    fc.array(target, { maxLength: 1 }),
    fc.array(fc.constantFrom(...SUPPORTED_TRANSFORMS), { maxLength: 3 }),
    fc.boolean(),
  )
  .map(([operator, fold, count, targets, except, transforms, first]) => ({
    target: targets,
    ...(except.length > 0 ? { except } : {}),
    ...(transforms.length > 0 ? { transforms } : {}),
    ...(first ? { first } : {}),
    ...operator,
    ...fold,
    ...count,
  }));

const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { weight: 3, arbitrary: leaf },
    fc.record({ all: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('condition') }),
  ),
}));

const tag = fc.constantFrom('t1', 't2');
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.constant({ block: { status: 403 } }),
  fc.constant({ log: {} }),
  fc.constant({ score: {} }),
  fc.constant({ allow: { skip: 'all' as const } }),
  tag.map((name) => ({ allow: { skip: { tags: [name] } } })),
  fc.constant({ allow: { skip: { ids: ['r0', 'r2'] } } }),
  fc.constant({
    ratelimit: { key: 'client.ip', limit: 1, window_s: 1, over: 'block' as const },
  }),
);
const instant = fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.001Z');

const rule: fc.Arbitrary<Omit<Rule, 'id'>> = fc
  .tuple(
    condition,
    action,
    fc.integer({ min: -2, max: 2 }),
    fc.constantFrom('enforce', 'enforce', 'shadow', 'off'),
    fc.array(tag, { maxLength: 2 }),
    fc.option(fc.dictionary(fc.constantFrom('inbound', 'sqli'), fc.integer({ min: -2, max: 5 })), {
      nil: undefined,
    }),
    fc.option(instant, { nil: undefined }),
  )
  .map(([when, effect, priority, mode, tags, score, expires]) => {
    const rest = { action: effect, priority, mode: mode as Rule['mode'], tags };
    const made = ruleOf('', when, rest);
    return { ...made, ...(score ? { score } : {}), ...(expires ? { expires_at: expires } : {}) };
  });

/** Small rule sets that use every part of the language that the engine serves, and are affordable. */
export const configs: fc.Arbitrary<WafConfig> = fc
  .tuple(
    fc.array(rule, { minLength: 1, maxLength: 6 }),
    fc.dictionary(fc.constantFrom('inbound', 'sqli'), fc.integer({ min: 1, max: 6 })),
  )
  .map(([rules, thresholds]) =>
    configOf(
      rules.map((made, i) => ({ ...made, id: `r${i}` })),
      { thresholds },
    ),
  )
  .filter((config) => compileProgram(config).ok);

const pairs = fc
  .array(fc.tuple(name, text(3)), { maxLength: 4 })
  .map((members) => members.map(([key, value]) => `${key}=${value}`));
const headerName = fc.constantFrom('a', 'b', 'A', 'AB', 'X-A', 'x-a');

/** Requests out of the same few letters. */
export const requests: fc.Arbitrary<InspectionRequest> = fc
  .record({
    method: fc.constantFrom('GET', 'POST', 'a', 'A'),
    path: someText(5),
    query: fc.option(pairs.map((members) => members.join('&'))),
    version: fc.constantFrom('HTTP/1.1', 'HTTP/1.0'),
    sourceIp: address,
    headers: fc.array(fc.tuple(headerName, text(5)), { maxLength: 4 }),
    cookie: fc.option(pairs.map((members) => members.join('; '))),
    body: fc.option(
      fc.oneof(
        pairs.map((members) => members.join('&')),
        text(8),
      ),
    ),
    isForm: fc.boolean(),
    now: fc.constantFrom(0, Date.parse('2026-01-01T00:00:00Z'), 4_000_000_000_000),
  })
  .map(({ path, query, cookie, isForm, body, headers, ...rest }) => ({
    ...rest,
    uri: query === null ? path : `${path}?${query}`,
    headers: [
      ...headers.flat(),
      ...(cookie === null ? [] : ['Cookie', cookie]),
      ...(isForm ? ['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8'] : []),
    ],
    body: body === null ? null : Buffer.from(body, 'latin1'),
  }));
