import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import {
  type CompiledRegex,
  compileRegex,
  type RegexOptions,
} from '../../../../src/compiler/regex/compile-regex.ts';
import type { Node } from '../../../../src/compiler/regex/syntax-tree.ts';
import {
  dfaMatches,
  lackingRequirement,
  matchOutOfReach,
  nfaMatches,
  trimmedTree,
} from './walk.ts';

/** All texts over the letters up to a length. */
function textsUpTo(letters: string, length: number): readonly string[] {
  const texts = [''];
  for (let from = 0, n = 0; n < length; n++) {
    const end = texts.length;
    for (; from < end; from++) for (const letter of letters) texts.push(texts[from] + letter);
  }
  return texts;
}

function compiled(source: string, options: RegexOptions = { ignoreCase: false }): CompiledRegex {
  const result = compileRegex(source, options);
  if (!result.ok) throw new Error(`${source}: ${result.message} at ${result.offset}`);
  return result.regex;
}

/** Compares both automata and the requirements with the peer; returns the first difference. */
function difference(
  regex: CompiledRegex,
  tree: Node,
  isMatch: (text: string) => boolean,
  texts: readonly string[],
): string | null {
  for (const text of texts) {
    const expected = isMatch(text);
    if (nfaMatches(regex, text) !== expected) return `nfa ${JSON.stringify(text)} is ${!expected}`;
    if (regex.dfa !== null && dfaMatches(regex, regex.dfa, text) !== expected) {
      return `dfa ${JSON.stringify(text)} is ${!expected}`;
    }
    const lacking = expected ? lackingRequirement(regex, text) : null;
    if (lacking !== null) return `${JSON.stringify(text)} lacks ${lacking}`;
    const far = expected ? matchOutOfReach(regex, tree, text) : null;
    if (far !== null) return `${JSON.stringify(text)}: ${far}`;
  }
  return null;
}

function peerOf(source: string, flags = 0): (text: string) => boolean {
  const peer = RE2JS.compile(source, flags | RE2JS.DOTALL);
  return (text) => peer.matcher(text).find();
}

/** All expressions of exactly `size` symbols over a few atoms. */
function expressionsOf(
  size: number,
  memo = new Map<number, readonly string[]>(),
): readonly string[] {
  const known = memo.get(size);
  if (known !== undefined) return known;
  const found: string[] = [];
  if (size === 1) found.push('a', 'b', '.', '^', '$', '\\b', '\\B', '(?:)');
  else {
    for (const inner of expressionsOf(size - 1, memo)) {
      for (const q of ['*', '+', '?', '{2}']) found.push(`(?:${inner})${q}`);
    }
    for (let left = 1; left < size - 1; left++) {
      for (const a of expressionsOf(left, memo)) {
        for (const b of expressionsOf(size - 1 - left, memo)) {
          found.push(`${a}${b}`, `(?:${a}|${b})`);
        }
      }
    }
  }
  memo.set(size, found);
  return found;
}

describe('regex verdicts', () => {
  test('every expression of up to four symbols agrees with re2 on every text up to length 6', () => {
    const texts = textsUpTo('ab', 6);
    const differences: string[] = [];
    let count = 0;
    for (let size = 1; size <= 4; size++) {
      for (const source of expressionsOf(size)) {
        count += 1;
        const tree = trimmedTree(source, { ignoreCase: false });
        const found = difference(compiled(source), tree, peerOf(source), texts);
        if (found !== null) differences.push(`${source}: ${found}`);
      }
    }
    expect(differences).toEqual([]);
    expect(count).toBe(2344);
  });

  test('random expressions agree with re2 on random texts', () => {
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom('a', 'b', 'A', '-', '.', '\\n', '\\x00', '^', '$', '\\b', '\\B', '\\d'),
        fc.constantFrom('\\w', '\\W', '\\s', '[^a]', '[a-c]', '[[:alpha:]]', '(?i:aB)', '[^\\w-]'),
        fc.constantFrom(
          'ab',
          'abc',
          'select',
          'sel',
          '\\x{41}',
          '\\Qa.b\\E',
          '[\\]a]',
          '\\/',
          'a1',
        ),
        fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => a + b),
        fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(?:${a}|${b})`),
        fc
          .tuple(
            tie('expression'),
            fc.constantFrom('*', '+', '?', '*?', '+?', '{2}', '{1,3}', '{2,}'),
          )
          .map(([a, q]) => `(${a})${q}`),
      ),
    }));
    const piece = fc.constantFrom(
      'a',
      'b',
      'A',
      '-',
      '\n',
      '\0',
      'ab',
      'c',
      '1',
      ' ',
      '.',
      'select',
    );
    const texts = fc.array(
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
      { minLength: 8, maxLength: 8 },
    );
    fc.assert(
      fc.property(expression, fc.boolean(), texts, (source, ignoreCase, samples) => {
        const peer = peerOf(source, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
        const tree = trimmedTree(source, { ignoreCase });
        expect(difference(compiled(source, { ignoreCase }), tree, peer, samples)).toBe(null);
      }),
      { numRuns: 3000, verbose: true },
    );
  });

  test('lowercased looks at a value as its lower case would be looked at', () => {
    const sources = [
      'select',
      '[^a-z]x',
      'A',
      '[A-Z]',
      '[^A]',
      '\\bUnion|union',
      '\\w\\W',
      '(?i)Ab',
    ];
    const texts = textsUpTo('aAxX-', 4).concat('SELECT 1', 'sElEcT', 'UNION', 'xunion', 'aB', 'Zx');
    for (const source of sources) {
      const plain = compiled(source);
      const isMatch = (text: string) => nfaMatches(plain, text.toLowerCase());
      const options = { ignoreCase: false, lowercased: true };
      const found = difference(
        compiled(source, options),
        trimmedTree(source, options),
        isMatch,
        texts,
      );
      expect(`${source}: ${found}`).toBe(`${source}: null`);
    }
  });
});
