import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LogHistogram } from '../../../src/evaluation/log-histogram.ts';

test('histogram - quantiles are within 1/64 of the sorted values', () => {
  const share = fc.double({ min: 0.01, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.nat(20_000_000), { minLength: 1 }), share, (values, q) => {
      const histogram = new LogHistogram();
      for (const value of values) histogram.add(value);
      const sorted = [...values].sort((a, b) => a - b);
      const exact = sorted[Math.ceil(values.length * q) - 1]!;
      const got = histogram.quantile(q);
      expect(got).toBeGreaterThanOrEqual(exact);
      expect(got).toBeLessThanOrEqual(exact + exact / 64);
      expect(histogram.max).toBe(sorted.at(-1));
    }),
  );
});

test('histogram - nothing added is zero', () => {
  const { mean, max } = new LogHistogram();
  expect([mean, max, new LogHistogram().quantile(0.5)]).toEqual([0, 0, 0]);
});
