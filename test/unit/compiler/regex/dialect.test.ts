import { describe, expect, test } from 'vitest';
import { compileRegex } from '../../../../src/compiler/regex/compile-regex.ts';
import { dfaMatches, nfaMatches } from './walk.ts';

const REFUSED: readonly (readonly [source: string, offset: number, message: RegExp])[] = [
  ['ab(?=c)', 2, /look-ahead/],
  ['ab(?!c)', 2, /look-ahead/],
  ['(?<=a)b', 0, /look-behind/],
  ['(?<!a)b', 0, /look-behind/],
  ['a(?>b)', 1, /atomic/],
  ['(a)\\1', 3, /back-reference/],
  ['(?<n>a)\\k<n>', 7, /escape \\k/],
  ['(a)\\g1', 3, /escape \\g/],
  ['(?P<n>a)(?P=n)', 8, /back-reference/],
  ['ab*+', 2, /possessive quantifier \*\+/],
  ['ab{2}+', 2, /possessive quantifier \{2\}\+/],
  ['a(?R)', 1, /recursion/],
  ['(a)(?1)', 3, /recursion/],
  ['(?<n>a)(?&n)', 7, /recursion/],
  ['(?(1)a|b)', 0, /conditional/],
  ['(?|a|b)', 0, /branch reset/],
  ['a(*SKIP)', 1, /verb/],
  ['a(?C1)', 1, /callout/],
  ['x\\p{L}', 1, /escape \\p/],
  ['x\\P{L}', 1, /escape \\P/],
  ['x\\Ky', 1, /escape \\K/],
  ['x\\X', 1, /escape \\X/],
  ['x\\C', 1, /escape \\C/],
  ['x\\R', 1, /escape \\R/],
  ['x\\G', 1, /escape \\G/],
  ['x\\u0041', 1, /escape \\u/],
  ['[\\u]', 1, /escape \\u/],
  ['a\\', 1, /backslash at the end/],
  ['a\\x{100}', 1, /above 0xFF/],
  ['a\\x{zz}', 1, /hexadecimal/],
  ['a\\777', 1, /back-reference|above 0xFF/],
  ['[a\\777]', 2, /above 0xFF/],
  ['a\u0100', 1, /above 0xFF/],
  ['(a', 0, /no closing \)/],
  ['a(b(c)', 1, /no closing \)/],
  ['a)b', 1, /no \( for this \)/],
  ['x[abc', 1, /no closing \]/],
  ['x[]', 1, /no closing \]/],
  ['[z-a]', 1, /out of order/],
  ['[a-\\x01]', 1, /out of order/],
  ['[[:alfa:]]', 1, /no class \[:alfa:\]/],
  ['[[=a=]]', 1, /no class \[=a=\]/],
  ['*a', 0, /nothing to repeat/],
  ['a|+', 2, /nothing to repeat/],
  ['(?:?)', 3, /nothing to repeat/],
  ['a{3,2}', 1, /out of order/],
  ['a{1,70000}', 1, /too big/],
  ['(?x)a b', 0, /flag x/],
  ['(?a', 0, /kind of group/],
  ['(?#a', 0, /comment/],
  [`${'('.repeat(251)}a${')'.repeat(251)}`, 250, /nested deeper/],
  [`a${'{1}'.repeat(300)}`, 751, /stacked/],
  ['a{20001}', 0, /positions/],
  ['(?:(?:(?:a{99}){99}){99}){99}', 0, /positions/],
  [`x(?:${'a?'.repeat(4000)})*y`, 0, /too many ways/],
  ['a'.repeat(32_769), 32_768, /longer than/],
];

const CASES: readonly (readonly [
  source: string,
  matches: readonly string[],
  not: readonly string[],
])[] = [
  ['a.b', ['a\nb', 'a\0b'], ['ab']],
  ['^a$', ['a'], ['a\n', '\na', '']],
  ['\\Aa\\z', ['a'], ['a\n']],
  ['a\\Z', ['a', 'ba'], ['a\n']],
  ['(?m)^a$', ['a', 'x\na\ny', 'a\n'], ['xa', 'ay']],
  ['(?m)^$', ['', '\na', 'a\n\nb'], ['a\n', 'a']],
  ['(?-s)a.b', ['axb'], ['a\nb']],
  ['(?-s:a.)(?s).b', ['ax\nb'], ['a\nxb']],
  ['(?i)a(?-i)b', ['Ab', 'ab'], ['aB']],
  ['a(?i)b|c', ['aB', 'C'], ['AB']],
  ['(?:a(?i)b|c)d', ['aBd', 'Cd'], ['aBD']],
  ['(?i:a)b', ['Ab'], ['aB']],
  ["(?<n>a)(?P<m>b)(?'o'c)", ['abc'], ['ab']],
  ['a(?#note)b', ['ab'], ['a']],
  ['[]a]', [']', 'a'], ['[']],
  ['[^]a]', ['b'], [']', 'a']],
  ['[a-]', ['-', 'a'], ['b']],
  ['[a\\-z]', ['-', 'z'], ['b']],
  ['[\\w-:]', ['-', ':', 'x'], [';']],
  ['[a-\\d]', ['-', 'a', '7'], ['b']],
  ['[a[]', ['[', 'a'], [']']],
  ['[[:alpha:][:digit:]_]', ['x', '7', '_'], [':', '[']],
  ['[[:^alpha:]]', ['7'], ['x']],
  ['[:alpha:]', [':', 'a', 'l'], ['z']],
  ['[\\b]', ['\b'], ['b']],
  ['[\\Qa-z\\E]', ['-', 'a'], ['b']],
  ['(?i)[^a]', ['b'], ['a', 'A']],
  ['(?i)[[:upper:]]', ['a'], ['1']],
  ['a{', ['a{'], ['a']],
  ['a{,2}', ['a{,2}'], ['aa']],
  ['a{x}', ['a{x}'], ['a']],
  ['^a{2}{2}$', ['aaaa'], ['aa', 'aaa']],
  ['^(?:a{2,3}?b)$', ['aab', 'aaab'], ['ab', 'aaaab']],
  ['\\v', ['\n', '\v', '\f', '\r', '\x85'], ['\t', ' ']],
  ['[\\v]', ['\n', '\x85'], ['v']],
  ['\\h', ['\t', ' ', '\xa0'], ['\n']],
  ['\\s', ['\t', '\n', '\v', '\f', '\r', ' '], ['\xa0', '\x85']],
  ['\\N', ['a'], ['\n']],
  ['\\x', ['\0'], ['x']],
  ['\\x4a\\x{4B}\\x4', ['JK\x04'], ['JK4']],
  ['\\0\\012\\101\\o{102}', ['\0\nAB'], ['0']],
  ['\\a\\e\\f\\n\\r\\t', ['\x07\x1b\f\n\r\t'], ['aefnrt']],
  ['\\cA\\c[', ['\x01\x1b'], ['A']],
  ['\\Qa.b\\E+', ['a.b', 'a.bb'], ['a.', 'axb']],
  ['\\Qa|(b', ['a|(b'], ['a', '(b']],
  ['a\\Eb', ['ab'], ['aEb']],
  ['\\.\\/\\-\\"\\<', ['./-"<'], ['a/-"<']],
  ['\\bfoo\\b', ['foo', 'a foo.', '-foo'], ['afoo', 'foo1', 'foo_']],
  ['\\Bfoo\\B', ['afoob'], ['foo', 'afoo', 'foob']],
  ['a\\b|a\\B', ['a', 'ab'], ['b']],
  ['\\b', ['a', ' a'], ['', '-', ' ']],
  ['\\B', ['', ' ', 'ab'], ['a']],
  ['a^b', [], ['ab', 'a\nb']],
  ['a$b', [], ['ab', 'a\nb']],
  ['[^\\x00-\\xff]', [], ['', 'a']],
  ['', ['', 'a'], []],
  ['(?:)*|a', ['', 'b'], []],
  ['^(?:a|)$', ['', 'a'], ['b']],
  ['^.*$', ['', 'a\nb'], []],
  ['\xe9', ['\xe9'], ['\xc9', 'e']],
  ['(?i)\xe9', ['\xe9'], ['\xc9']],
];

describe('regex dialect', () => {
  test.each(REFUSED)('refusal %# is at its offset', (source, offset, message) => {
    const result = compileRegex(source, { ignoreCase: false });
    expect(result).toMatchObject({ ok: false, offset, message: expect.stringMatching(message) });
    expect(!result.ok && result.hint.length).toBeGreaterThan(8);
  });

  test.each(CASES)('case %# is read as PCRE reads it', (source, matches, not) => {
    const result = compileRegex(source, { ignoreCase: false });
    if (!result.ok) throw new Error(result.message);
    const { regex } = result;
    const verdicts = (text: string) => [
      nfaMatches(regex, text),
      dfaMatches(regex, regex.dfa!, text),
    ];
    for (const text of matches) expect([text, ...verdicts(text)]).toEqual([text, true, true]);
    for (const text of not) expect([text, ...verdicts(text)]).toEqual([text, false, false]);
  });

  test('the tables are complete', () => {
    expect([REFUSED.length, CASES.length]).toEqual([56, 61]);
  });
});
