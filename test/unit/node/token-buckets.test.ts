import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenBuckets } from '../../../src/node/proxy/token-buckets.ts';

const size = { limit: 3, windowS: 60 };

describe('token buckets', () => {
  it('token buckets - a full bucket gives its limit at once, then says how long to wait', () => {
    const buckets = new TokenBuckets();
    expect([1, 2, 3].map(() => buckets.take('k', size, 0))).toEqual([0, 0, 0]);
    expect(buckets.take('k', size, 0)).toBe(20);
    expect(buckets.take('k', size, 5_000)).toBeCloseTo(15);
  });

  it('token buckets - they fill continuously, not in steps', () => {
    const buckets = new TokenBuckets();
    for (let i = 0; i < 3; i++) buckets.take('k', size, 0);
    expect(buckets.take('k', size, 19_999)).toBeGreaterThan(0);
    expect(buckets.take('k', size, 20_001)).toBe(0);
    expect(buckets.take('k', size, 20_002)).toBeGreaterThan(0);
  });

  it('token buckets - keys do not share tokens', () => {
    const buckets = new TokenBuckets();
    const one = { limit: 1, windowS: 1 };
    expect([buckets.take('a', one, 0), buckets.take('b', one, 0)]).toEqual([0, 0]);
    expect(buckets.take('a', one, 0)).toBeGreaterThan(0);
  });

  it('token buckets - a clock that is set back neither drains nor fills', () => {
    const buckets = new TokenBuckets();
    buckets.take('k', size, 100_000);
    expect([1, 2].map(() => buckets.take('k', size, 50_000))).toEqual([0, 0]);
    expect(buckets.take('k', size, 50_000)).toBe(20);
  });

  it('token buckets - a smaller limit takes effect at once', () => {
    const buckets = new TokenBuckets();
    buckets.take('k', { limit: 100, windowS: 60 }, 0);
    const small = { limit: 1, windowS: 60 };
    expect(buckets.take('k', small, 0)).toBe(0);
    expect(buckets.take('k', small, 0)).toBeGreaterThan(0);
  });

  it('token buckets - the least recently used one gives way', () => {
    const buckets = new TokenBuckets(2);
    const one = { limit: 1, windowS: 60 };
    buckets.take('a', one, 0);
    buckets.take('b', one, 0);
    expect(buckets.take('a', one, 0)).toBeGreaterThan(0);
    buckets.take('c', one, 0);
    expect(buckets.size).toBe(2);
    expect(buckets.take('a', one, 0)).toBeGreaterThan(0);
    expect(buckets.take('b', one, 0)).toBe(0);
  });

  it('token buckets - never more than the limit plus what time brought, whatever the pattern', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 60 }),
        (pauses, limit, windowS) => {
          const buckets = new TokenBuckets();
          let now = 0;
          let granted = 0;
          for (const pause of pauses) {
            now += pause;
            if (buckets.take('k', { limit, windowS }, now) === 0) granted += 1;
          }
          const elapsed = now - pauses[0]!;
          expect(granted).toBeLessThanOrEqual(limit + (elapsed * limit) / (windowS * 1000) + 1e-6);
        },
      ),
    );
  });

  it('token buckets - waiting as long as told is enough', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 600 }),
        (limit, windowS) => {
          const buckets = new TokenBuckets();
          let wait = 0;
          while (wait === 0) wait = buckets.take('k', { limit, windowS }, 0);
          expect(buckets.take('k', { limit, windowS }, wait * 1000 + 0.001)).toBe(0);
        },
      ),
    );
  });
});
