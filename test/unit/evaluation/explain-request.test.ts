import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explainRequest } from '../../../src/evaluation/explain-request.ts';
import type { Leaf, Rule } from '../../../src/rules/model.ts';
import { requestOf, ruleOf } from '../../reference/engine.ts';
import { replayOf } from './replays.ts';

/** The only match of a rule with this condition, for a query value. */
function matchOf(when: Rule['when'], value: string) {
  const replay = replayOf([ruleOf('r', when)]);
  const uri = `/?q=${encodeURIComponent(value)}`;
  return explainRequest(replay, requestOf({ uri })).matches[0];
}

const inQuery = (leaf: Partial<Leaf> & Pick<Leaf, 'op'>): Leaf => ({
  target: ['query[q]'],
  ...leaf,
});

/** What is found, in which value, and what of the value the excerpt marks. */
const SPANS: readonly [
  name: string,
  when: Rule['when'],
  value: string,
  matched: string,
  offset: number,
][] = [
  [
    'contains',
    inQuery({ op: 'contains', value: 'Select', ignore_case: true }),
    "1' SELECT x",
    'SELECT',
    3,
  ],
  ['starts_with', inQuery({ op: 'starts_with', value: 'ab' }), 'abab', 'ab', 0],
  ['ends_with', inQuery({ op: 'ends_with', value: 'ab' }), 'abab', 'ab', 2],
  ['equals', inQuery({ op: 'equals', value: 'abc' }), 'abc', 'abc', 0],
  [
    'regex',
    inQuery({ op: 'regex', value: 'union\\s+select' }),
    'x  union   select y',
    'union   select',
    3,
  ],
  ['regex at the end', inQuery({ op: 'regex', value: '[0-9]{3}$' }), 'ab 123', '123', 3],
  [
    'transforms',
    inQuery({ op: 'regex', value: '<script', transforms: ['html_entity_decode', 'lowercase'] }),
    'a &lt;SCRIPT&gt;',
    '<SCRIPT',
    2,
  ],
  [
    'on matched',
    {
      all: [
        inQuery({ op: 'contains', value: 'union' }),
        inQuery({ op: 'regex', value: 's.l', on: 'matched' }),
      ],
    },
    'union sel',
    'union',
    0,
  ],
  [
    'a byte outside of a range',
    inQuery({ op: 'byte_range', value: '32-126', negate: true }),
    'ab\u0001c',
    '\u0001',
    2,
  ],
];

test.each(
  SPANS,
)('explanation - %s: the excerpt marks what was matched', (_, when, value, matched, offset) => {
  const match = matchOf(when, value);
  expect(match).toMatchObject({ offset, excerpt: { matched } });
  expect(match!.length).toBe(Buffer.byteLength(matched));
});

test('explanation - the table of spans is complete', () => {
  expect(SPANS).toHaveLength(9);
});

test('explanation - says which transforms the value went through', () => {
  const when = inQuery({
    op: 'contains',
    value: '/etc',
    transforms: ['url_decode', 'normalize_path'],
  });
  expect(matchOf(when, 'a%2f..%2fb/etc')).toMatchObject({
    transforms: ['url_decode', 'normalize_path'],
    excerpt: { before: 'b', matched: '/etc', after: '' },
  });
});

test('explanation - shows 64 bytes of a match and 16 on either side, and cuts no character in two', () => {
  const before = 'ä'.repeat(20);
  const match = matchOf(
    inQuery({ op: 'regex', value: '<a{90}>' }),
    `${before}<${'a'.repeat(90)}>é`,
  );
  expect(match).toMatchObject({ offset: 40, length: 92 });
  expect(match!.excerpt).toEqual({
    before: 'ä'.repeat(8),
    matched: `<${'a'.repeat(63)}`,
    after: '',
  });
  const odd = matchOf(inQuery({ op: 'contains', value: 'x1' }), `${before}zx1${'é'.repeat(9)}`);
  expect(odd!.excerpt).toEqual({
    before: `${'ä'.repeat(7)}z`,
    matched: 'x1',
    after: 'é'.repeat(8),
  });
});

test('explanation - a rule that looks at no value has no excerpt', () => {
  const match = matchOf({ not: { target: ['headers[x-none]'], op: 'exists' } }, 'a');
  expect(match).toMatchObject({ target: '', transforms: [], excerpt: null });
});

test('explanation - a regex match lies where JavaScript finds one', () => {
  const patterns = ['ab+c', 'x[ab]{2}', '(?:foo|ba)r', 'a.b', 'c$', '^ab'];
  const word = fc.constantFrom('ab', 'bc', 'xa', 'bar', 'foor', 'c', ' ', 'zz');
  fc.assert(
    fc.property(fc.constantFrom(...patterns), fc.array(word, { maxLength: 40 }), (value, words) => {
      const text = words.join('');
      const match = matchOf(inQuery({ op: 'regex', value }), text);
      const found = [...text.matchAll(new RegExp(value, 'g'))];
      expect(match !== undefined).toBe(found.length > 0);
      if (match === undefined) return;
      const part = text.slice(match.offset, match.offset + match.length);
      expect(part).toMatch(new RegExp(value.replace(/\$$/, '')));
      expect(match.offset).toBeLessThanOrEqual(found[0]!.index);
    }),
    { numRuns: 80 },
  );
});

describe('verdict', () => {
  const scores = (id: string, value: string, points: number, rest: Partial<Rule> = {}) =>
    ruleOf(id, inQuery({ op: 'contains', value }), {
      ...{ title: `Title of ${id}`, action: { score: {} }, score: { sqli: points } },
      ...rest,
    });
  const replay = replayOf(
    [scores('a', 'x', 3), scores('b', 'y', 4), scores('c', 'x', 9, { mode: 'shadow' })],
    { thresholds: { sqli: 5 } },
  );

  test('a sum over its threshold shows every rule that added to it, and what shadow rules would add', () => {
    const explained = explainRequest(replay, requestOf({ uri: '/?q=xy' }));
    expect(explained).toMatchObject({
      action: 'block',
      blocked_by: { by: 'threshold', category: 'sqli', points: 7, threshold: 5, rules: ['b', 'a'] },
      score: [{ category: 'sqli', points: 7, threshold: 5 }],
      matches: [
        { rule: 'a', title: 'Title of a', to_blame: true, adds: { sqli: 3 } },
        { rule: 'b', to_blame: true, adds: { sqli: 4 } },
        { rule: 'c', shadow: true, to_blame: false, adds: { sqli: 9 } },
      ],
    });
  });

  test('below the threshold nothing is to blame', () => {
    const explained = explainRequest(replay, requestOf({ uri: '/?q=x' }));
    expect(explained).toMatchObject({ action: 'allow', blocked_by: null, rule: null });
    expect(explained.matches.every(({ to_blame }) => !to_blame)).toBe(true);
  });
});

test('explanation - asking where matches lie changes no later verdict and no steps', () => {
  const rules = [
    ruleOf('re', inQuery({ op: 'regex', value: '(?:a|b)+c.{0,9}d', transforms: ['lowercase'] })),
    ruleOf('lit', inQuery({ op: 'contains', value: 'abc' })),
  ];
  const [asked, silent] = [replayOf(rules), replayOf(rules)];
  for (const uri of ['/?q=zabcxd', '/?q=ABCd', '/?q=none', '/?q=zabcxd']) {
    const request = requestOf({ uri });
    explainRequest(asked, request);
    explainRequest(asked, request);
    expect(asked.judge(request)).toEqual(silent.judge(request));
  }
});

test('explanation - asking where matches lie may cost as much as the inspection, and no more', () => {
  const rules = Array.from({ length: 30 }, (_, i) =>
    ruleOf(`r${i}`, inQuery({ op: 'contains', value: `x${i}`, transforms: ['js_decode'] })),
  );
  const text = `${'a'.repeat(3000)}${rules.map((_, i) => `x${i} `).join('')}`;
  const request = requestOf({ uri: `/?q=${encodeURIComponent(text)}` });
  const { steps } = explainRequest(replayOf(rules), request);
  const { matches } = explainRequest(replayOf(rules, { max_steps: steps }), request);
  const located = matches.filter(({ excerpt }) => excerpt !== null);
  expect(matches).toHaveLength(30);
  expect(located.length).toBeGreaterThan(0);
  expect(located.length).toBeLessThan(30);
  expect(located).toEqual(matches.slice(0, located.length));
});
