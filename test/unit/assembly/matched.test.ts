import { describe, expect, test } from 'vitest';
import type { Condition, Leaf } from '../../../src/rules/model.ts';
import { configOf, instanceOf, programOf, requestOf, ruleOf } from '../../reference/engine.ts';
import { judge } from '../../reference/judge.ts';

const on = (rest: Partial<Leaf>): Leaf => ({ target: [], on: 'matched', op: 'exists', ...rest });
const query = (rest: Partial<Leaf>): Leaf => ({
  target: ['query.*'],
  op: 'contains',
  value: 'a',
  ...rest,
});

/** Conditions on what the one before them matched, and whether they hold for the query. */
const CASES: readonly [name: string, members: Condition[], uri: string, holds: boolean][] = [
  [
    'the value that matched',
    [query({}), on({ op: 'starts_with', value: 'b' })],
    '/?p=ba&q=b',
    true,
  ],
  ['not another one', [query({}), on({ op: 'equals', value: 'b' })], '/?p=a&q=b', false],
  [
    'as the transforms left it',
    [query({ transforms: ['uppercase'], value: 'A' }), on({ op: 'equals', value: 'A' })],
    '/?p=a',
    true,
  ],
  [
    'with transforms of its own behind them',
    [
      query({ transforms: ['hex_encode'], value: '61' }),
      on({ transforms: ['uppercase'], op: 'equals', value: '6161' }),
    ],
    '/?p=aa',
    true,
  ],
  [
    'counted',
    [query({}), on({ op: 'length', value: { gte: 2 }, quantifier: { count: '==2' } })],
    '/?p=ab&q=a&r=ac&s=bb',
    true,
  ],
  [
    'all of them',
    [query({}), on({ op: 'length', value: 2, quantifier: 'all' })],
    '/?p=ab&q=a',
    false,
  ],
  [
    'of a negated test',
    [query({ negate: true }), on({ op: 'equals', value: 'b' })],
    '/?p=a&q=b',
    true,
  ],
  [
    'of none: nothing matched',
    [query({ quantifier: 'none' }), on({ op: 'exists', quantifier: 'none' })],
    '/?p=b',
    true,
  ],
  [
    'of either, although the first was enough',
    [
      {
        any: [
          query({ op: 'length', value: 1 }),
          query({ op: 'length', value: 2, transforms: ['hex_encode'] }),
        ],
      },
      on({ op: 'equals', value: '61' }),
    ],
    '/?p=a',
    true,
  ],
  [
    'of what two forms matched, each seen as it was',
    [
      query({ transforms: ['hex_encode'], each_transform: true, op: 'exists' }),
      on({ op: 'regex', value: '^6' }),
      on({ op: 'equals', value: '61' }),
    ],
    '/?p=a',
    true,
  ],
  [
    'of what two forms matched, not of the form that did not',
    [
      query({ transforms: ['hex_encode'], each_transform: true, op: 'exists' }),
      on({ op: 'regex', value: '^6' }),
      on({ op: 'equals', value: 'a' }),
    ],
    '/?p=a',
    false,
  ],
];

describe('on: matched', () => {
  test.each(CASES)('%s', (_, all, uri, holds) => {
    const config = configOf([ruleOf('r', { all })]);
    const request = requestOf({ uri });
    expect(instanceOf(config).inspect(request)).toBe(holds ? 1 : 0);
    expect(judge(config, request).action).toBe(holds ? 1 : 0);
  });

  test('count - every case ran', () => {
    expect(CASES).toHaveLength(11);
  });

  test('a chain as long as a rule may be - works, a longer one is refused when it is loaded', () => {
    const chain = (length: number) =>
      configOf([
        ruleOf('r', {
          all: [query({}), ...Array.from({ length }, () => on({ op: 'length', value: 1 }))],
        }),
      ]);
    expect(instanceOf(chain(64)).inspect(requestOf({ uri: '/?p=a' }))).toBe(1);
    expect(programOf(chain(65)).program.length).toBeGreaterThan(0);
    expect(() => instanceOf(chain(65))).toThrow('bad_leaf');
  });
});
