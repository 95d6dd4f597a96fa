import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileRegex, type Requirements } from '../../../../src/compiler/regex/compile-regex.ts';
import { shortestMatches } from './match-ends.ts';
import { matchOutOfReach, trimmedTree } from './walk.ts';

/** Clauses as text: literals, then the bytes in angle brackets. */
const CASES: readonly (readonly [source: string, clauses: readonly string[]])[] = [
  ['select', ['select']],
  ['(?i)SELECT', ['select']],
  ['information_schema', ['on_schem', 'informat']],
  ['select|union', ['select union']],
  ['s(?:elect|how)\\s+.*', ['select show']],
  ['(?i)union\\s+(?:all\\s+)?select', ['select', 'union']],
  ['[ab]cd', ['acd bcd']],
  ['(?:foo|bar)[^x]*(?:qux|zip)', ['qux zip', 'bar foo']],
  ['e\\x5c?v\\x5c?a\\x5c?l\\x5c?u', ['evalu <\\>']],
  ['q[$|]*q[$|]*q[$|]*z', ['qqqz <$|>']],
  ['(?:foo.*bar|qux)z', ['foo quxz']],
  ['<', ['<<>']],
  ['[a-z]+', []],
  ['(?:foo)?', []],
  ['', []],
];

/** The literals of the clauses, and how far before their ends a match can begin. */
const REACHES: readonly (readonly [source: string, clauses: readonly string[]])[] = [
  ['select', ['select 6']],
  ['select|union', ['select union 6']],
  ['information_schema', ['on_schem 17', 'informat 8']],
  ['[a-z]*select', ['select 6']],
  ['x?select.*', ['select 6']],
  ['<x?[a-z]{2,5}select', ['select 13']],
  ['(?:^|[^a-z])select', ['select 7']],
  ['^\\bselect\\b', ['select 6']],
  ['<[a-z]*select', ['select Infinity']],
  ['(?:foo.{0,9}bar|q)zz', ['zz 17', 'foo Infinity', 'bar Infinity']],
  ['(?:ab[^x]{3}q|[0-9]{7}w)zzz', ['zzz 11']],
  ['(?:[0-9]{3}kkkk)+', ['kkkk 7']],
  ['e\\x5c?v\\x5c?a\\x5c?l\\x5c?u', ['evalu Infinity']],
];

/** Parts of random sequences; `ab` and `ef` also come from elsewhere than from the words. */
const PARTS = [
  'abcd',
  'xyz',
  '(?:abcd|q)',
  '(?i:xyz|22)',
  '[a-z]?',
  '.{0,3}',
  '[^a]{1,4}',
  '[0-9 -]{2,}',
  '(?:ab|[0-9]){1,2}',
  '(?:-|xyz)?',
  '\\b',
  '\\W*',
] as const;

function requirementsOf(source: string): Requirements {
  const result = compileRegex(source, { ignoreCase: false });
  if (!result.ok) throw new Error(result.message);
  return result.regex.requirements;
}

function clausesOf(source: string): readonly string[] {
  return requirementsOf(source).clauses.map(({ literals, bytes }) => {
    if (bytes === null) return literals.join(' ');
    const set = Array.from({ length: 256 }, (_, b) => b).filter(
      (b) => bytes[b >> 3]! & (1 << (b & 7)),
    );
    return [...literals, `<${String.fromCharCode(...set)}>`].join(' ');
  });
}

describe('regex requirements', () => {
  test.each(CASES)('%j needs its words', (source, clauses) => {
    expect(clausesOf(source)).toEqual(clauses);
  });

  test.each(REACHES)('%j begins near its words', (source, clauses) => {
    const found = requirementsOf(source).clauses.filter(({ literals }) => literals.length > 0);
    expect(found.map(({ literals, reach }) => `${literals.join(' ')} ${reach}`)).toEqual(clauses);
  });

  test('the tables are complete', () => {
    expect(CASES.length).toBe(15);
    expect(REACHES.length).toBe(13);
  });

  test('literals are folded, 2 to 8 bytes, and at most 1024 a clause', () => {
    const words = Array.from({ length: 2000 }, (_, i) => `W${(i * 7919).toString(36)}rd`);
    const result = compileRegex(`(?:${words.join('|')})\\b`, { ignoreCase: false });
    expect(result.ok).toBe(true);
    const clauses = result.ok ? result.regex.requirements.clauses : [];
    for (const { literals } of clauses) {
      expect(literals.length).toBeLessThanOrEqual(1024);
      for (const word of literals) expect(word).toMatch(/^[^A-Z]{2,8}$/);
    }
  });

  test('no match of a random sequence of words and junk begins out of reach', () => {
    const part = fc.constantFrom(...PARTS);
    const sequence = fc.array(part, { minLength: 2, maxLength: 5 }).map((parts) => parts.join(''));
    const expression = fc
      .array(sequence, { minLength: 1, maxLength: 3 })
      .map((sequences) => `(?:${sequences.join('|')})ef`);
    const piece = fc.constantFrom('abcd', 'ef', 'ab', 'xyz', '1', '22', '-', ' ', 'q', 'XYZ');
    const text = fc.array(piece, { minLength: 4, maxLength: 16 }).map((pieces) => pieces.join(''));
    let matches = 0;
    fc.assert(
      fc.property(expression, fc.array(text, { minLength: 4, maxLength: 4 }), (source, texts) => {
        const tree = trimmedTree(source, { ignoreCase: false });
        const result = compileRegex(source, { ignoreCase: false });
        if (!result.ok) throw new Error(result.message);
        for (const sample of texts) {
          if (Number.isFinite(result.regex.requirements.clauses[0]?.reach)) {
            matches += shortestMatches(tree, sample).length;
          }
          expect(matchOutOfReach(result.regex, tree, sample)).toBe(null);
        }
      }),
      { numRuns: 500, verbose: true },
    );
    expect(matches).toBeGreaterThan(150);
  });

  test('the shortest match and the byte sets count what is required only', () => {
    const result = compileRegex('ab{2,5}(?:c|dd)?e', { ignoreCase: false });
    expect(result.ok && result.regex.requirements.minLength).toBe(4);
    const sets = result.ok ? result.regex.requirements.byteSets : [];
    expect(sets.map((set) => set.findIndex((bits) => bits !== 0))).toEqual([12, 12, 12]);
  });
});
