import { expect, test } from 'vitest';
import { compileRegex } from '../../../src/compiler/regex/compile-regex.ts';
import { LIMITS } from '../../../src/config/limits.ts';
import { canonicalTransform } from '../../../src/rules/transforms.ts';
import { validateRuleShape } from '../../../src/rules/validate-shape.ts';
import { leavesOf, shippedRules } from './shipped-rules.ts';

/** Each further chain of transforms costs every request another pass over its values. */
const MOST_CHAINS = 5;
/** The threshold of `inbound`: a sign of this weight blocks alone. */
const CRITICAL = 5;
const MOST_STATES = 400;

const SHIPPED = shippedRules();
const REFERENCE = SHIPPED.filter(({ file }) => file.startsWith('reference'));
const LEAVES = SHIPPED.flatMap(({ rule }) =>
  leavesOf(rule.when).map((leaf) => ({ id: rule.id, leaf })),
);

test('reference set - it has at least 100 rules, and each id once', () => {
  const ids = SHIPPED.map(({ rule }) => rule.id);
  expect(ids.length).toBeGreaterThanOrEqual(100);
  expect(new Set(ids).size).toBe(ids.length);
});

test('reference set - every rule obeys the schema', () => {
  expect(SHIPPED.flatMap(({ rule }) => validateRuleShape(rule))).toEqual([]);
});

test('reference set - every rule says what it stops and shows what it matches and what not', () => {
  for (const { rule } of SHIPPED) {
    expect(rule.title, rule.id).toMatch(/^[^.]{5,80}$/);
    expect(rule.description, rule.id).toMatch(/\.$/);
    expect(rule.tags.length, rule.id).toBeGreaterThanOrEqual(2);
    expect(rule.examples?.match.length, rule.id).toBeGreaterThanOrEqual(2);
    expect(rule.examples?.no_match.length, rule.id).toBeGreaterThanOrEqual(2);
  }
});

test('reference set - a rule adds the same to the request and to its category, at most the threshold', () => {
  for (const { rule } of REFERENCE) {
    const { inbound, ...category } = rule.score ?? {};
    expect(rule.action, rule.id).toEqual({ score: {} });
    expect(Object.values(category), rule.id).toEqual([inbound]);
    expect(inbound, rule.id).toBeLessThanOrEqual(CRITICAL);
    expect(rule.severity, rule.id).toBe(inbound === CRITICAL ? 'critical' : 'error');
  }
});

test('reference set - its categories fit the limit', () => {
  const categories = new Set(REFERENCE.flatMap(({ rule }) => Object.keys(rule.score ?? {})));
  expect(categories.size).toBeLessThanOrEqual(LIMITS.rule.max_score_categories);
});

test(`reference set - there are at most ${MOST_CHAINS} chains of transforms`, () => {
  const chains = new Set(LEAVES.map(({ leaf }) => (leaf.transforms ?? []).join(' ')));
  expect(chains.size).toBeLessThanOrEqual(MOST_CHAINS);
  for (const name of [...chains].join(' ').split(' ').filter(Boolean)) {
    expect(canonicalTransform(name)).toBe(name);
  }
});

test('reference set - every regular expression is a small automaton', () => {
  for (const { id, leaf } of LEAVES.filter((entry) => entry.leaf.op === 'regex')) {
    const result = compileRegex(leaf.value as string, { ignoreCase: leaf.ignore_case ?? false });
    if (!result.ok) throw new Error(`${id}: ${result.message}`);
    const { dfa, classes } = result.regex;
    expect(dfa, id).not.toBeNull();
    expect(dfa!.cells.length / (classes + 1), id).toBeLessThanOrEqual(MOST_STATES);
  }
});
