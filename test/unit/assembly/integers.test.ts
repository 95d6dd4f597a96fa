import { expect, test } from 'vitest';
import { configOf, instanceOf, requestOf, ruleOf } from '../../reference/engine.ts';

const instance = instanceOf(
  configOf([
    ruleOf('above', { target: ['query[n]'], op: 'gt', value: 9_007_199_254_740_991 }),
    ruleOf('below', { target: ['query[n]'], op: 'lt', value: -9_007_199_254_740_991 }),
  ]),
);

function matchesOf(text: string): readonly string[] {
  instance.inspect(requestOf({ uri: `/?n=${encodeURIComponent(text)}` }));
  return instance.explain().matches.map(({ rule }) => rule);
}

test('integers - keep their order and sign whatever their length is', () => {
  let compared = 0;
  for (let digits = 1; digits <= 60; digits++) {
    for (const digit of ['1', '5', '9']) {
      const number = digit.repeat(digits);
      const isLarge = BigInt(number) > 9_007_199_254_740_991n;
      expect([number, matchesOf(number)]).toEqual([number, isLarge ? ['above'] : []]);
      expect([number, matchesOf(`-${number}`)]).toEqual([number, isLarge ? ['below'] : []]);
      compared += 2;
    }
  }
  expect(compared).toBe(360);
});
