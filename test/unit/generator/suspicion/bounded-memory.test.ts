import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CountMinSketch, hashText } from '../../../../src/generator/suspicion/count-min-sketch.ts';
import { RecentMap } from '../../../../src/generator/suspicion/recent-map.ts';
import { RecentNumbers } from '../../../../src/generator/suspicion/recent-numbers.ts';
import { routeOf } from '../../../../src/generator/suspicion/route-of.ts';
import { SuspicionDetector } from '../../../../src/generator/suspicion/suspicion.ts';
import { observation, START } from './traffic.ts';

test('count-min sketch - never counts too little, and exactly while there is room', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 3 }), { maxLength: 300 }), (words) => {
      const exact = new Map<string, number>();
      const sketch = new CountMinSketch(1 << 12, 4);
      for (const word of words) {
        exact.set(word, (exact.get(word) ?? 0) + 1);
        sketch.add(hashText(word));
      }
      for (const [word, count] of exact) expect(sketch.count(hashText(word))).toBe(count);
    }),
  );
});

test('count-min sketch - overfull it errs upwards, by little on average, and decays', () => {
  const sketch = new CountMinSketch(256, 4);
  const keys = Array.from({ length: 1_000 }, (_, at) => hashText(`key ${at}`));
  for (const key of keys) sketch.add(key, 2);
  const estimates = keys.map((key) => sketch.count(key));
  expect(Math.min(...estimates)).toBeGreaterThanOrEqual(2);
  expect(estimates.reduce((sum, each) => sum + each, 0) / keys.length).toBeLessThan(20);
  sketch.decay(0.5);
  expect(sketch.count(keys[0]!)).toBe(estimates[0]! / 2);
  expect(sketch.bytes).toBe(256 * 4 * 4);
});

test('recent map - forgets what was used least recently', () => {
  const map = new RecentMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.get('a');
  map.set('c', 3);
  expect([map.peek('a'), map.peek('b'), map.peek('c'), map.size]).toEqual([1, undefined, 3, 2]);
});

test('recent numbers - one wild value moves neither the median nor what counts as far from it', () => {
  const numbers = new RecentNumbers(100);
  for (let at = 0; at < 99; at++) numbers.add(10 + (at % 5));
  numbers.add(1e9);
  expect(numbers.quantile(0.5)).toBe(12);
  expect(numbers.excess(40, 1)).toBeGreaterThan(10);
});

test.each([
  ['GET', '/users/17/orders/4?x=1', 'GET /users/{number}/orders/{number}'],
  ['GET', '/a/3f2504e0-4f89-11d3-9a0c-0305e82c3301', 'GET /a/{id}'],
  ['POST', '/session/a8f5f167f44f4964', 'POST /session/{id}'],
  ['GET', '/products/garden-chairs', 'GET /products/garden-chairs'],
  ['GET', `/x/${'y'.repeat(200)}`, 'GET /x/{long}'],
  ['GET', '/1/2/3/4/5/6/7/8/9', `GET ${'/{number}'.repeat(8)}/…`],
  ['GET', '/', 'GET /'],
])('route - %s %s is %s', (method, uri, route) => {
  expect(routeOf(method, uri)).toBe(route);
});

test('suspicion - memory stays within its bounds however many routes, names and sources arrive', () => {
  const normal = { maxParameters: 100, maxRoutes: 20, sketchWidth: 1 << 10 };
  const detector = new SuspicionDetector({
    ...{ seed: 1, threshold: 0.75, warmUpRequests: 1e9, maxSources: 50, normal },
  });
  for (let at = 0; at < 3_000; at++) {
    const uri = `/r${String.fromCharCode(97 + (at % 26), 97 + (at % 25))}?p${at}=${'v'.repeat(at % 40)}`;
    const seen = observation(uri, { source: `2001:db8::${at.toString(16)}`, at: START + at });
    detector.note(seen, detector.judge(seen));
  }
  const { parameters, routes, behaviours, sketchBytes, reservoir } = detector.sizes;
  expect([parameters, routes, behaviours, sketchBytes]).toEqual([100, 20, 50, 16_384]);
  expect(reservoir).toBe(2_048);
});
