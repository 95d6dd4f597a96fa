import fc from 'fast-check';
import type { Action, Condition, Leaf, Rule, WafConfig } from '../../src/rules/model.ts';
import type { Tuning } from '../../src/rules/tuning/tuning.ts';
import { configOf, ruleOf } from './engine.ts';

const PATHS = ['/a', '/a/b', '/a/**', '/**', '/a/*', '/b*/a', '/a/b/**', '/ab', '/*b/**', '/a*'];
const TARGETS = [
  'query[a]',
  'query.*',
  'query[/^a/]',
  'headers[x-a]',
  'headers.*',
  'headers.names',
  'cookies[a]',
  'body.form[a]',
  'body.form.*',
  'body.json./a',
  'body.json.*',
  'path',
  'uri',
  'body.raw',
  'files.*',
  'path.segments',
];

const listOf = (items: readonly string[], maxLength: number) =>
  fc.uniqueArray(fc.constantFrom(...items), { minLength: 1, maxLength });

const scope = fc.oneof(
  { weight: 4, arbitrary: fc.record({ path: listOf(PATHS, 3) }) },
  fc.record(
    { path: listOf(PATHS, 3), method: listOf(['GET', 'POST', 'PUT'], 2) },
    { requiredKeys: [] },
  ),
);

/** Paths that the patterns above mean, miss, or must not trust. */
export const tunedPaths = fc.constantFrom(
  ...['/a', '/a/', '/a/b', '/a/b/a', '/ab', '/abba/a', '/b/a', '/', '/bb/a', '/a/x b', '*'],
  ...[
    '/a/../b',
    '/a/./b',
    '/a//b',
    '/a/%2e%2e/b',
    '/a/%2Fb',
    '/a/..;/b',
    '/a\\b',
    '/a/%252e',
    '/a/é',
  ],
  ...['/a/.', '/a/..', '/a/.b', '/a/%c0%ae', '/a/%E0%80%AE', '/a/%61', '/a/%25252e'],
);

const values = fc.constantFrom<Pick<Leaf, 'op' | 'value'>>(
  { op: 'contains', value: 'a' },
  { op: 'regex', value: 'a+b?' },
  { op: 'phrases', value: ['ab', 'b'] },
  { op: 'in', value: ['abba', '1', 'a'] },
  { op: 'exists' },
);
const quantifiers = fc.constantFrom<Leaf['quantifier']>(
  ...(['any', 'any', 'any', 'all', 'none'] as const),
  { count: '>=2' },
  { count: '<=1' },
);
const leaves = fc
  .tuple(
    listOf(['query.*', 'headers.*', 'cookies.*', 'body.form.*', 'query[a]', 'uri', 'path'], 3),
    values,
    quantifiers,
    fc.record({ negate: fc.boolean(), first: fc.boolean() }, { requiredKeys: [] }),
  )
  .map(
    ([target, test, quantifier, rest]): Leaf => ({
      ...{ target, ...test, quantifier: quantifier ?? 'any' },
      ...(rest.negate === true && rest.first !== true ? { negate: true } : {}),
      ...(rest.first === true && quantifier === 'any' ? { first: true } : {}),
    }),
  );
const positive = leaves.map(({ target, op, value }): Leaf => ({ target, op, value }));
const conditions: fc.Arbitrary<Condition> = fc.oneof(
  { weight: 3, arbitrary: leaves },
  leaves.map((not) => ({ not })),
  fc.tuple(leaves, leaves).map((all) => ({ all })),
  fc.tuple(leaves, leaves).map((any) => ({ any })),
  fc.tuple(positive, values).map(([one, test]) => ({
    all: [one, { target: one.target, ...test, on: 'matched' as const }],
  })),
  fc.tuple(positive, values).map(([one, test]) => ({
    all: [
      { ...one, op: 'regex' as const, value: '(a|b)', as: 'c' },
      { target: [`\${c.1}`], ...test },
    ],
  })),
);
const actions = fc.constantFrom<Action>(
  ...[{ score: {} }, { score: {} }, { log: {} }, { block: { status: 403 } }],
  { allow: { skip: { tags: ['t0'] } } },
);

/** Rules that most requests match, so that what is left out of them shows. */
export const denseConfigs: fc.Arbitrary<WafConfig> = fc
  .array(fc.tuple(conditions, actions, fc.integer({ min: 1, max: 4 })), {
    minLength: 1,
    maxLength: 5,
  })
  .map((found) =>
    configOf(
      found.map(([when, action, points], i) => {
        const score =
          'allow' in action ? {} : { score: { [i % 2 === 0 ? 'inbound' : 'sqli']: points } };
        return ruleOf(`d${i}`, when, { action, ...score });
      }),
      { thresholds: { inbound: 4 } },
    ),
  );

/** The configuration with some entries, paranoia levels and tags for its rules. */
export function tunedConfigs(configs: fc.Arbitrary<WafConfig>): fc.Arbitrary<WafConfig> {
  return configs.chain((config) => {
    const rules = config.rules.map(
      (rule, i): Rule => ({ ...rule, paranoia: 1 + (i % 4), tags: [...rule.tags, `t${i % 2}`] }),
    );
    const ids = rules.map(({ id }) => id);
    const selectors = listOf([...ids, 'tag:t0', 'tag:t*', 'category:*', '*'], 2);
    const effect = fc.oneof(
      { weight: 3, arbitrary: fc.record({ rules: selectors, except: listOf(TARGETS, 2) }) },
      fc.record({ rules: selectors, mode: fc.constantFrom('off' as const, 'shadow' as const) }),
      fc.record({ paranoia: fc.integer({ min: 1, max: 4 }) }),
      fc.record({
        thresholds: fc.dictionary(
          fc.constantFrom('inbound', 'sqli', 'a', 'b'),
          fc.integer({ min: 1, max: 9 }),
          {
            minKeys: 1,
          },
        ),
      }),
    );
    const entries = fc.array(
      fc.tuple(scope, effect).map(([where, what]): Omit<Tuning, 'id'> => ({ ...where, ...what })),
      { maxLength: 6 },
    );
    return entries.map((found) => ({
      ...config,
      rules,
      tuning: found.map((entry, i): Tuning => ({ id: `t${i}`, ...entry })),
    }));
  });
}
