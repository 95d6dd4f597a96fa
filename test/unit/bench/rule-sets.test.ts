import { describe, expect, test } from 'vitest';
import { extractRegexes } from '../../bench/engine/extract-regexes.ts';
import { boundedRegexes, literals, syntheticRules } from '../../bench/engine/synthetic-rules.ts';
import { createWorkload } from '../../bench/workload/workload.ts';

describe('synthetic rules', () => {
  test('synthetic rules - literals are different, of 5 bytes or more, and the same each time', () => {
    const words = literals(10_000);
    expect(new Set(words).size).toBe(10_000);
    expect(Math.min(...words.map((word) => word.length))).toBeGreaterThanOrEqual(5);
    expect(literals(10)).toEqual(words.slice(0, 10));
  });

  test('synthetic rules - regexes are valid, hold their literal, and match ordinary traffic rarely', () => {
    const regexes = boundedRegexes(700).map((source) => new RegExp(source, 'i'));
    const uris = createWorkload(1, 200).map(({ request }) => request.uri);
    const hits = uris.filter((uri) => regexes.some((regex) => regex.test(uri)));
    expect(hits.length).toBeLessThan(10);
    expect(syntheticRules('regex', 50).rules).toHaveLength(50);
  });
});

describe('SecLang regexes', () => {
  test('SecLang regexes - operators of continued rules are found, chains and negations included', () => {
    const text = [
      '# SecRule ARGS "@rx comment" "id:1"',
      'SecRule ARGS|!ARGS:x "@rx a\\"b\\s+" \\',
      '    "id:2,\\',
      '    chain"',
      '    SecRule &ARGS "!@rx ^c$" "t:none"',
      'SecRule ARGS "@pm not this" "id:3"',
      'SecAction "id:4,msg:\'@rx nor this\'"',
    ].join('\n');
    expect(extractRegexes(text)).toEqual(['a"b\\s+', '^c$']);
  });
});
