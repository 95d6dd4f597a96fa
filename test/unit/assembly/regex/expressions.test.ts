import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CompiledRegex } from '../../../../src/compiler/regex/compile-regex.ts';
import { regexWeight } from '../../../../src/compiler/regex-weight.ts';
import { expression, RegexEngine } from './regex-engine.ts';
import { runSlowly } from './slow-automaton.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const withoutDfa = (regex: CompiledRegex): CompiledRegex => ({ ...regex, dfa: null });

interface Case {
  readonly source: string;
  readonly text: string;
  /** Where the match is certain, and the last offset at which nothing of it had begun. */
  readonly end: number;
  readonly from: number;
  readonly dfaFrom?: number;
}

const cases: readonly Case[] = [
  { source: 'abc', text: 'xxabcxx', end: 5, from: 2 },
  { source: 'abc', text: 'xxabxx', end: -1, from: 0 },
  { source: '^abc', text: 'abc', end: 3, from: 0 },
  { source: '^abc', text: 'xabc', end: -1, from: 0 },
  { source: 'abc$', text: 'xabc', end: 4, from: 1 },
  { source: 'abc$', text: 'abcx', end: -1, from: 0 },
  { source: '', text: '', end: 0, from: 0 },
  { source: '', text: 'x', end: 0, from: 0 },
  { source: '^$', text: '', end: 0, from: 0 },
  { source: '^$', text: 'x', end: -1, from: 0 },
  { source: 'a+b', text: 'caaab', end: 5, from: 1 },
  { source: 'a.*b', text: 'xxa---b', end: 7, from: 2 },
  // A DFA knows one idle state; behind the blank it is in another one.
  { source: '\\bunion\\b', text: 'a union b', end: 8, from: 2, dfaFrom: 1 },
  { source: '\\bunion\\b', text: 'reunion b', end: -1, from: 0 },
  { source: '\\bunion\\b', text: 'union', end: 5, from: 0 },
  { source: '(?i)select.{1,5}from', text: 'x SELECT * From', end: 15, from: 2 },
  { source: '[^\\x00-\\x7f]{3}', text: 'ab\xff\xfe\xfd', end: 5, from: 2 },
  { source: '(?:cat|dog|bird)s', text: 'my birds', end: 8, from: 3 },
];

test('regex - expressions match, end and begin where they should', () => {
  for (const { source, text, end, from, dfaFrom = from } of cases) {
    const regex = expression(source);
    const engine = RegexEngine.of(withoutDfa(regex), regex);
    const found = [from, dfaFrom].map((_, kind) => {
      const outcome = engine.run(kind, bytes(text));
      return [source, text, outcome.end, outcome.end < 0 ? 0 : engine.locate(kind)];
    });
    expect(found).toEqual([
      [source, text, end, from],
      [source, text, end, dfaFrom],
    ]);
  }
  expect(cases).toHaveLength(18);
});

/** Expressions over a small alphabet, so that random texts come close to matching. */
const sources: fc.Arbitrary<string> = fc.letrec<{ part: string; atom: string }>((tie) => ({
  atom: fc.constantFrom(
    'a',
    'b',
    'c',
    '.',
    '[ab]',
    '[^a]',
    '\\w',
    '\\W',
    '\\b',
    '^',
    '$',
    'abc',
    '-',
  ),
  part: fc.oneof(
    { maxDepth: 4 },
    tie('atom'),
    fc.tuple(tie('part'), tie('part')).map((parts) => parts.join('')),
    fc.tuple(tie('part'), tie('part')).map((parts) => `(?:${parts.join('|')})`),
    fc
      .tuple(tie('part'), fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '{0,5}'))
      .map(([part, times]) => `(?:${part})${times}`),
  ),
})).part;

const texts = fc.array(
  fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-', '_'), maxLength: 40 }),
  {
    minLength: 1,
    maxLength: 8,
  },
);

test('regex - random expressions: DFA, lazy DFA and plain sets agree with the automaton on paper', () => {
  fc.assert(
    fc.property(sources, fc.boolean(), texts, (source, ignoreCase, values) => {
      const regex = expression(source, ignoreCase);
      const lazy = withoutDfa(regex);
      const engine = RegexEngine.of(lazy, regex);
      for (const text of values.map(bytes)) {
        const { end, steps } = runSlowly(regex, text);
        expect(engine.run(0, text)).toEqual({ end, steps });
        expect(steps).toBeLessThanOrEqual(1 + regexWeight(lazy) * text.length);
        expect(engine.run(1, text).end < 0).toBe(end < 0);
      }
      engine.clear();
      engine.rest();
      for (const text of values.map(bytes)) {
        const { end, steps } = runSlowly(regex, text);
        expect(engine.run(0, text)).toEqual({ end, steps });
      }
    }),
    { numRuns: 200 },
  );
});
