import { expect, test } from 'vitest';
import { seededRandom } from '../../../../src/generator/learn/seeded-random.ts';
import { IsolationForest } from '../../../../src/generator/suspicion/isolation-forest.ts';

/** Points around 0 in `dimensions` dimensions. */
function cloud(count: number, dimensions: number, seed: number): Float64Array[] {
  const random = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Array.from({ length: count }, () => Float64Array.from({ length: dimensions }, normal));
}

test('isolation forest - outliers score above every point of the crowd but a few, for each of 10 seeds', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const points = cloud(1_000, 6, seed);
    const forest = IsolationForest.fit(points, { seed });
    const scores = points.map((point) => forest.score(point)).sort((a, b) => a - b);
    const outliers = Array.from({ length: 12 }, (_, at) =>
      Float64Array.from({ length: 6 }, (_, feature) => (feature === at % 6 ? 12 : 4)),
    );
    for (const outlier of outliers) expect(forest.score(outlier)).toBeGreaterThan(scores[980]!);
    expect(scores[500]).toBeLessThan(0.55);
  }
});

test('isolation forest - the same points and seed give the same scores, another seed others', () => {
  const points = cloud(500, 4, 7);
  const probe = Float64Array.of(3, -2, 1, 5);
  const score = (seed: number) => IsolationForest.fit(points, { seed }).score(probe);
  expect(score(1)).toBe(score(1));
  expect(score(1)).not.toBe(score(2));
});

test('isolation forest - points that are all alike are no outliers, and one point is refused', () => {
  const same = Array.from({ length: 50 }, () => Float64Array.of(1, 2));
  const forest = IsolationForest.fit(same, { seed: 1 });
  expect(forest.score(Float64Array.of(1, 2))).toBeCloseTo(0.5, 5);
  expect(() => IsolationForest.fit(same.slice(0, 1), { seed: 1 })).toThrow('at least 2 points');
});
