import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lowerRate, ruleConfidence, upperRate } from '../../../../src/generator/gate/confidence.ts';

test('confidence - no hit in n trials bounds the rate by 1 - 0.05^(1/n)', () => {
  for (const trials of [1, 10, 300, 30_000]) {
    expect(upperRate(0, trials)).toBeCloseTo(1 - 0.05 ** (1 / trials), 10);
  }
  expect(upperRate(0, 30_000)).toBeLessThan(0.0001);
  expect(upperRate(0, 0)).toBe(1);
});

test('confidence - the interval holds the rate that was seen', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(500), (trials, some) => {
      const hits = Math.min(some, trials);
      expect(lowerRate(hits, trials)).toBeLessThanOrEqual(hits / trials + 1e-9);
      expect(upperRate(hits, trials)).toBeGreaterThanOrEqual(hits / trials - 1e-9);
    }),
  );
});

const SEEN = {
  samples: 50,
  covered: 40,
  benignHits: 0,
  poolSize: 30_000,
  rarity: 1,
  sources: 10,
  minSources: 3,
};

test('confidence - grows with the pool, and falls with hits, few sources and plain words', () => {
  const base = ruleConfidence(SEEN);
  expect(base).toBeGreaterThan(0.95);
  expect(ruleConfidence({ ...SEEN, poolSize: 300 })).toBeLessThan(base);
  expect(ruleConfidence({ ...SEEN, benignHits: 50 })).toBeLessThan(base);
  expect(ruleConfidence({ ...SEEN, sources: 1 })).toBe(Math.floor(base * 500) / 1000);
  expect(ruleConfidence({ ...SEEN, rarity: 0 })).toBeLessThan(0.75);
});
