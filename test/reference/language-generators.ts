import fc from 'fast-check';
import { compileProgram } from '../../src/compiler/compile-program.ts';
import type { Condition, Leaf, Rule, WafConfig } from '../../src/rules/model.ts';
import { configOf, ruleOf } from './engine.ts';

/** Rules that lean on captures, on scores and on patterns of names; few letters, so that they match. */

const ref = (name: string, group: number) => `\${${name}.${group}}`;
const expression = fc.constantFrom(
  '(a|ab)(b?)',
  '^(.*)$',
  '(a+?)(b*)',
  '(\\w)=?(\\w)',
  '(?:(a)|(b))+',
  '^([^/]*)/?(.*)',
  '\\b(\\w+)\\b',
  '(?i)(A)(.)',
  '(.)$',
);
const families = ['query', 'headers', 'cookies', 'body.form'];
const family = fc.constantFrom(...families);
const name = fc.constantFrom('a', 'b', 'A', 'ab', 'x-a');
const pattern = fc.constantFrom('a', '^a$', '^[ab]+$', 'b|x', '.');
const target = fc.oneof(
  family.map((one) => `${one}.*`),
  family.map((one) => `${one}.names`),
  fc.tuple(family, name).map(([one, member]) => `${one}[${member}]`),
  fc.tuple(family, name).map(([one, member]) => `${one}.names[${member}]`),
  fc.tuple(family, pattern).map(([one, source]) => `${one}[/${source}/]`),
  fc.tuple(family, pattern).map(([one, source]) => `${one}.names[/${source}/]`),
  fc.constantFrom('uri', 'path', 'method'),
);
const chain = fc.constantFrom([], ['lowercase'], ['url_decode'], ['trim', 'uppercase']);
const looks = fc
  .tuple(
    fc.array(target, { minLength: 1, maxLength: 3 }),
    fc.array(target, { maxLength: 2 }),
    chain,
    fc.boolean(),
  )
  .map(([targets, except, transforms, first]) => ({
    target: targets,
    ...(except.length > 0 ? { except } : {}),
    ...(transforms.length > 0 ? { transforms } : {}),
    ...(first ? { first } : {}),
  }));
const flags = fc.record({
  ignore_case: fc.boolean(),
  negate: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
});

const plain: fc.Arbitrary<Leaf> = fc
  .tuple(
    looks,
    fc.constantFrom('contains', 'equals', 'starts_with'),
    fc.constantFrom('a', 'b', 'ab'),
  )
  .map(([look, op, value]) => ({ ...look, op: op as Leaf['op'], value }));
const tested: fc.Arbitrary<Leaf> = fc
  .tuple(looks, expression, fc.constantFrom('any', 'none', 'all'))
  .map(([look, value, quantifier]) => ({
    ...look,
    op: 'regex',
    value,
    quantifier: quantifier as 'any' | 'none' | 'all',
  }));
const binding = (as: string): fc.Arbitrary<Leaf> =>
  fc
    .oneof(
      { weight: 3, arbitrary: fc.tuple(looks, expression, fc.boolean()) },
      { weight: 1, arbitrary: fc.tuple(looks, fc.constant(null), fc.constant(false)) },
    )
    .map(([look, value, each]) => {
      if (value === null) return { ...look, op: 'exists', as };
      return { ...look, op: 'regex', value, as, ...(each ? { each_transform: true } : {}) };
    });
const group = fc.constantFrom(0, 1);
const composed = fc
  .tuple(fc.constantFrom('', '.', 'a'), fc.constantFrom('x', 'y'), group)
  .map(([before, as, number]) => `${before}${ref(as, number)}`);
const comparing = fc.constantFrom('equals', 'starts_with', 'ends_with', 'contains', 'lt', 'gte');
const reading: fc.Arbitrary<Leaf> = fc
  .oneof(
    fc.tuple(looks, comparing, composed, flags),
    fc.tuple(
      fc.tuple(fc.constantFrom('x', 'y'), group).map(([as, n]) => ({ target: [ref(as, n)] })),
      comparing,
      fc.oneof(composed, fc.constantFrom('a', 'b', 'ab')),
      flags,
    ),
  )
  .map(([look, op, value, { ignore_case, negate }]): Leaf => {
    const isText = op !== 'lt' && op !== 'gte';
    const test = isText
      ? { op, value, ignore_case }
      : { op, value: value.startsWith('$') ? value : 1 };
    return { ...look, ...(test as Pick<Leaf, 'op' | 'value'>), ...(negate ? { negate } : {}) };
  });
const nested: fc.Arbitrary<Leaf> = fc
  .tuple(group, expression)
  .map(([n, value]) => ({ target: [ref('x', n)], op: 'regex', value, as: 'y' }));
const matched: Leaf = { target: [], on: 'matched', op: 'regex', value: 'a' };

const condition: fc.Arbitrary<Condition> = fc.oneof(
  plain,
  tested,
  fc
    .tuple(
      fc.oneof(
        binding('x'),
        fc.tuple(binding('x'), binding('x')).map(([a, b]): Condition => ({ any: [a, b] })),
      ),
      fc.oneof(binding('y'), nested),
      reading,
      fc.oneof(reading, fc.constant(matched)),
    )
    .map((all): Condition => ({ all })),
);

const byScore = fc
  .tuple(
    fc.constantFrom('sqli', 'xss'),
    fc.constantFrom('gte', 'lt'),
    fc.integer({ min: -1, max: 4 }),
  )
  .map(
    ([category, op, value]): Leaf => ({
      target: [`score.${category}`],
      op: op as Leaf['op'],
      value,
    }),
  );
const early: fc.Arbitrary<Partial<Rule> & { when: Condition }> = fc.record({
  when: condition,
  action: fc.constantFrom<Rule['action'][]>(
    { score: {} },
    { log: {} },
    { allow: { skip: { ids: ['r1', 'r4'] } } },
  ),
  score: fc.dictionary(fc.constantFrom('sqli', 'xss'), fc.integer({ min: 1, max: 3 })),
});
const late: fc.Arbitrary<Partial<Rule> & { when: Condition }> = fc.record({
  when: fc.oneof(
    byScore,
    fc.tuple(byScore, plain).map((all): Condition => ({ all })),
    fc.tuple(byScore, byScore).map((any): Condition => ({ any })),
  ),
  action: fc.constantFrom<Rule['action'][]>({ block: { status: 403 } }, { score: {} }),
  score: fc.dictionary(fc.constant('other'), fc.integer({ min: 1, max: 3 })),
});

/** Rules that read scores come last, as they do in an explanation. */
export const languageConfigs: fc.Arbitrary<WafConfig> = fc
  .tuple(
    fc.array(early, { minLength: 1, maxLength: 4 }),
    fc.array(late, { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('sqli', 'other'), fc.integer({ min: 1, max: 6 })),
  )
  .map(([first, last, thresholds]) =>
    configOf(
      [...first, ...last].map(({ when, ...rest }, i) => ruleOf(`r${i}`, when, rest)),
      { thresholds },
    ),
  )
  .filter((config) => compileProgram(config).ok);
