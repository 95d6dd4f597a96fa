import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Action, Rule } from '../../../src/rules/model.ts';
import { configOf, instanceOf, requestOf, ruleOf } from '../../reference/engine.ts';
import { judge } from '../../reference/judge.ts';

const BLOCK: Action = { block: { status: 403 } };
const LOG: Action = { log: {} };
const ALLOW: Action = { allow: { skip: 'all' } };
const SCORE: Action = { score: {} };
const LIMIT: Action = { ratelimit: { key: 'client.ip', limit: 1, window_s: 1, over: 'block' } };
const skipIds = (...ids: string[]): Action => ({ allow: { skip: { ids } } });
const skipTags = (...tags: string[]): Action => ({ allow: { skip: { tags } } });

/** A rule that matches every request to `/x`. */
const rule = (id: string, action: Action, rest: Partial<Rule> = {}) =>
  ruleOf(id, { target: ['uri'], op: 'equals', value: '/x' }, { action, ...rest });

const CASES: readonly [
  name: string,
  rules: readonly Rule[],
  action: number,
  by: string | null,
  matches: string,
][] = [
  ['nothing', [], 0, null, ''],
  ['one block', [rule('a', BLOCK)], 1, 'a', 'a'],
  [
    'equal priority: block before all',
    [rule('a', ALLOW), rule('b', LOG), rule('c', LIMIT), rule('d', BLOCK)],
    1,
    'd',
    'abcd',
  ],
  ['equal priority: ratelimit before log', [rule('a', LOG), rule('b', LIMIT)], 3, 'b', 'ab'],
  ['equal priority: log before allow', [rule('a', ALLOW), rule('b', LOG)], 2, 'b', 'ab'],
  ['equal rules: the first', [rule('a', LOG), rule('b', LOG)], 2, 'a', 'ab'],
  [
    'higher priority wins over stricter',
    [rule('a', BLOCK), rule('b', ALLOW, { priority: 1 })],
    0,
    'b',
    'ab',
  ],
  ['negative priority', [rule('a', BLOCK, { priority: -1 }), rule('b', LOG)], 2, 'b', 'ab'],
  [
    'extreme priorities',
    [rule('a', BLOCK, { priority: -1000 }), rule('b', LOG, { priority: 1000 })],
    2,
    'b',
    'ab',
  ],
  ['shadow takes no part', [rule('a', BLOCK, { mode: 'shadow' })], 0, null, 'a'],
  ['off is not there', [rule('a', BLOCK, { mode: 'off' })], 0, null, ''],
  ['skip by id', [rule('a', BLOCK), rule('b', skipIds('a'))], 0, null, 'b'],
  [
    'skip by tag',
    [rule('a', BLOCK, { tags: ['t'] }), rule('b', LOG), rule('c', skipTags('t'), { tags: ['t'] })],
    2,
    'b',
    'bc',
  ],
  [
    'skip whatever the priority',
    [rule('a', BLOCK, { priority: 9 }), rule('b', skipIds('a'))],
    0,
    null,
    'b',
  ],
  [
    'shadow skip takes nothing out',
    [rule('a', BLOCK), rule('b', skipIds('a'), { mode: 'shadow' })],
    1,
    'a',
    'ab',
  ],
  [
    'skips act together',
    [rule('a', skipIds('b')), rule('b', skipIds('c')), rule('c', BLOCK)],
    0,
    null,
    'a',
  ],
  [
    'skip takes out scores',
    [rule('a', SCORE, { score: { inbound: 9 } }), rule('b', skipIds('a'))],
    0,
    null,
    'b',
  ],
  ['score below the threshold', [rule('a', SCORE, { score: { inbound: 4 } })], 0, null, 'a'],
  ['score at the threshold', [rule('a', SCORE, { score: { inbound: 5 } })], 1, null, 'a'],
  [
    'scores add up',
    [rule('a', SCORE, { score: { inbound: 3 } }), rule('b', LOG, { score: { inbound: 2 } })],
    1,
    null,
    'ab',
  ],
  ['threshold over ratelimit', [rule('a', LIMIT, { score: { inbound: 5 } })], 1, null, 'a'],
  [
    'allow all over threshold',
    [rule('a', SCORE, { score: { inbound: 5 } }), rule('b', ALLOW)],
    0,
    'b',
    'ab',
  ],
  [
    'block keeps its name',
    [rule('a', SCORE, { score: { inbound: 5 } }), rule('b', BLOCK)],
    1,
    'b',
    'ab',
  ],
  [
    'shadow scores nothing',
    [rule('a', SCORE, { mode: 'shadow', score: { inbound: 9 } })],
    0,
    null,
    'a',
  ],
  ['a category without threshold', [rule('a', SCORE, { score: { other: 999 } })], 0, null, 'a'],
];

const THRESHOLDS = { thresholds: { inbound: 5 } };

describe('verdict', () => {
  test.each(CASES)('%s', (_, rules, action, by, matches) => {
    const config = configOf(rules, THRESHOLDS);
    const instance = instanceOf(config);
    expect(instance.inspect(requestOf({ uri: '/x' }))).toBe(action);
    const explanation = instance.explain();
    expect(explanation.rule).toBe(by);
    expect(explanation.matches.map((match) => match.rule).join('')).toBe(matches);
    expect(judge(config, requestOf({ uri: '/x' }))).toMatchObject({ action, rule: by });
    expect(instance.inspect(requestOf({ uri: '/y' }))).toBe(0);
    expect(instance.matchCount).toBe(0);
  });

  test('count - every case ran', () => {
    expect(CASES).toHaveLength(25);
  });

  test('an expired rule stops at its instant, to the millisecond', () => {
    const expires_at = '2026-01-01T00:00:00.500Z';
    const instance = instanceOf(configOf([rule('a', BLOCK, { expires_at })]));
    const at = (now: number) => instance.inspect(requestOf({ uri: '/x', now }));
    const instant = Date.parse(expires_at);
    expect([at(instant - 1), at(instant), at(instant + 1), at(0)]).toEqual([1, 0, 0, 1]);
  });

  test('many matching rules of all sorts are decided as the reference does', () => {
    const some = fc.record({
      action: fc.constantFrom(BLOCK, LOG, ALLOW, SCORE, LIMIT, skipIds('r1', 'r3'), skipTags('t')),
      priority: fc.integer({ min: -1, max: 1 }),
      mode: fc.constantFrom('enforce' as const, 'enforce' as const, 'shadow' as const),
      tags: fc.subarray(['t']),
      score: fc.constantFrom<Record<string, number>>(
        {},
        { inbound: 2 },
        { inbound: 3, sqli: 1 },
        { inbound: -1 },
      ),
    });
    fc.assert(
      fc.property(fc.array(some, { maxLength: 8 }), (made) => {
        const rules = made.map(({ action, ...rest }, i) => rule(`r${i}`, action, rest));
        const config = configOf(rules, THRESHOLDS);
        const instance = instanceOf(config);
        const action = instance.inspect(requestOf({ uri: '/x' }));
        const { rule: by, reason, score, matches } = instance.explain();
        const ids = matches.map((match) => match.rule);
        const expected = judge(config, requestOf({ uri: '/x' }));
        expect({ action, rule: by, reason, score, matches: ids }).toEqual(expected);
      }),
      { numRuns: 400 },
    );
  });
});
