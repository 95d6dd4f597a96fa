import { describe, expect, test } from 'vitest';
import { compileProgram } from '../../../src/compiler/compile-program.ts';
import { configOf, instanceOf, requestOf, ruleOf } from '../../reference/engine.ts';
import { globMatches } from '../../reference/leaf-holds.ts';

const GLOB_CASES: readonly [pattern: string, value: string, matches: boolean][] = [
  ['a*a', 'a', true],
  ['a*a', 'aa', true],
  ['a*a', 'ab', false],
  ['ab*bc', 'abc', true],
  ['ab*bc', 'ABC', true],
  ['*sqlmap*', 'sqlmap/1.7', true],
  ['*sqlmap*', 'x SQLMap y', true],
  ['*sqlmap*', 'sql map', false],
  ['EvilBot.*', 'EvilBot/1.0', false],
  ['EvilBot.*', 'evilbot.', true],
  ['a*b*c', 'aXbYc', true],
  ['a*b*c', 'acb', false],
  ['a*b*c', 'abc', true],
  ['a*bb*b', 'abb', true],
  ['*ab*ab*', 'xabx', false],
  ['*ab*ab*', 'xabab', true],
  ['a**b', 'ab', true],
  ['a*', 'a', true],
  ['a*', 'ba', false],
  ['*a', 'ba', true],
  ['*a', 'ab', false],
  ['abc', 'abc', true],
  ['abc', 'abcd', false],
  ['aab*', 'aaab', false],
  ['*aab*', 'aaab', true],
  ['*abab*c', 'abaababc', true],
];

describe('glob', () => {
  test.each(GLOB_CASES)('%s on %s is %s', (pattern, value, matches) => {
    const rule = ruleOf('r', { target: ['uri'], op: 'glob', value: pattern, ignore_case: true });
    const instance = instanceOf(configOf([rule]));
    expect(instance.inspect(requestOf({ uri: value }))).toBe(matches ? 1 : 0);
    expect(globMatches(pattern.toLowerCase(), value.toLowerCase())).toBe(matches);
  });

  test('count - every case ran', () => {
    expect(GLOB_CASES).toHaveLength(26);
  });
});

/** 10,000 different literals that share beginnings and endings. */
const LITERALS = Array.from(
  { length: 10_000 },
  (_, i) => `${(i % 97).toString(36)}/${((i * 7919) % 100_003).toString(36)}-${i}`,
);

test('10,000 literal rules - each is found, and found alone', () => {
  const rules = LITERALS.map((value, i) =>
    ruleOf(`r${i}`, {
      target: ['query[q]'],
      op: 'contains',
      value: `${value};`,
      ignore_case: i % 2 === 0,
    }),
  );
  const config = configOf(rules);
  const compiled = compileProgram(config);
  expect(compiled.ok && compiled.program.length).toBeLessThan(2_000_000);
  const instance = instanceOf(config);
  for (let i = 0; i < LITERALS.length; i += 211) {
    expect(instance.inspect(requestOf({ uri: `/?q=x${LITERALS[i]};y` }))).toBe(1);
    const expected = LITERALS.map((value, k) => [`r${k}`, value] as const)
      .filter(([, value]) => `x${LITERALS[i]};y`.includes(`${value};`))
      .map(([id]) => id);
    expect(instance.explain().matches.map(({ rule }) => rule)).toEqual(expected);
    expect(instance.inspect(requestOf({ uri: `/?q=${LITERALS[i]}` }))).toBe(0);
  }
});

test('10,000 phrases - the steps of a request do not depend on their number', () => {
  const stepsWith = (count: number) => {
    const value = LITERALS.slice(0, count).map((literal) => `${literal};`);
    const instance = instanceOf(
      configOf([ruleOf('r', { target: ['uri'], op: 'phrases', value, ignore_case: true })]),
    );
    instance.inspect(requestOf({ uri: '/an/ordinary/path?with=some&parameters=that&say=nothing' }));
    return instance.explain().steps;
  };
  expect(stepsWith(10_000)).toBeLessThan(stepsWith(100) * 1.3);
});

test('10,000 values of in - found by one look-up, in any case when asked', () => {
  const rule = (fold: boolean) =>
    ruleOf('r', {
      target: ['uri'],
      op: 'in',
      value: LITERALS.map((v) => v.toUpperCase()),
      ignore_case: fold,
    });
  const exact = instanceOf(configOf([rule(false)]));
  const folded = instanceOf(configOf([rule(true)]));
  for (let i = 0; i < LITERALS.length; i += 101) {
    expect(exact.inspect(requestOf({ uri: LITERALS[i]!.toUpperCase() }))).toBe(1);
    expect(folded.inspect(requestOf({ uri: LITERALS[i]! }))).toBe(1);
    expect(folded.inspect(requestOf({ uri: `${LITERALS[i]}x` }))).toBe(0);
  }
});

test('nested literals - all endings of a long one are reported', () => {
  const texts = Array.from({ length: 60 }, (_, i) => 'a'.repeat(i + 1));
  const rules = texts.map((value, i) =>
    ruleOf(`r${i}`, { target: ['path'], op: 'ends_with', value }),
  );
  const instance = instanceOf(configOf(rules));
  instance.inspect(requestOf({ uri: `/${'a'.repeat(40)}` }));
  expect(instance.matchCount).toBe(40);
});

test('100,000 addresses - each of a set is found, its neighbours are not', () => {
  const value = Array.from(
    { length: 50_000 },
    (_, i) => `10.${i >> 15}.${(i >> 7) & 255}.${(i & 127) * 2}`,
  );
  const v6 = Array.from(
    { length: 50_000 },
    (_, i) => `2001:db8:${(i * 2).toString(16)}::/48`,
  ).filter((n) => !/:[0-9a-f]{5}/.test(n));
  const instance = instanceOf(
    configOf([
      ruleOf('r', { target: ['client.ip'], op: 'ip_in', value: [...value, ...v6].reverse() }),
    ]),
  );
  const judge = (sourceIp: string) => instance.inspect(requestOf({ sourceIp }));
  for (let i = 0; i < 50_000; i += 997) {
    expect(judge(value[i]!)).toBe(1);
    expect(judge(value[i]!.replace(/\d+$/, (n) => String(Number(n) + 1)))).toBe(0);
  }
  for (let i = 0; i < 0x7fff; i += 997) {
    expect(judge(`2001:db8:${(i * 2).toString(16)}:ffff::1`)).toBe(1);
    expect(judge(`2001:db8:${(i * 2 + 1).toString(16)}::1`)).toBe(0);
  }
});
