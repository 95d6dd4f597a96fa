import { beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '../../../../src/generator/learn/seeded-random.ts';
import type { Observation } from '../../../../src/generator/suspicion/observation.ts';
import { askScorers } from '../../../../src/generator/suspicion/scorer.ts';
import { SuspicionDetector } from '../../../../src/generator/suspicion/suspicion.ts';
import { attackUri, benignTraffic, observation, START } from './traffic.ts';

const OPTIONS = { seed: 1, threshold: 0.75, warmUpRequests: 1_000 };

function trained(seed = 1): SuspicionDetector {
  const detector = new SuspicionDetector({ ...OPTIONS, seed });
  feed(detector, benignTraffic(3_000, seed));
  return detector;
}

function feed(detector: SuspicionDetector, traffic: readonly Observation[]): void {
  for (const seen of traffic) detector.note(seen, detector.judge(seen));
}

function attacks(count: number, seed: number, from = 0): Observation[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, at) =>
    observation(attackUri(random), { source: `203.0.113.${(from + at) % 250}`, at: START + at }),
  );
}

describe('suspicion', () => {
  let detector: SuspicionDetector;
  beforeAll(() => {
    detector = trained();
  });

  test('suspicion - injections into known parameters stand out, other benign requests do not', () => {
    const found = attacks(200, 3).filter((seen) => detector.judge(seen).suspicious);
    expect(found.length).toBeGreaterThanOrEqual(198);
    const wrong = benignTraffic(2_000, 99).filter((seen) => detector.judge(seen).suspicious);
    expect(wrong).toEqual([]);
  });

  test('suspicion - says why, the strongest first', () => {
    const { reasons } = detector.judge(observation("/product?id=1'%20OR%20SLEEP(5)%23"));
    expect(reasons[0]?.reason).toMatch(/^query\.\* id (has|reads)/);
    expect(reasons.map(({ reason }) => reason).join('; ')).toContain('quotes');
    const strengths = reasons.map(({ strength }) => strength);
    expect(strengths).toEqual([...strengths].sort((a, b) => b - a));
  });

  test('suspicion - errors, many URIs and a new route together do not make a benign request suspicious', () => {
    const clumsy = trained();
    for (let at = 0; at < 400; at++) {
      const seen = observation(`/nothing/${at}x`, { source: '203.0.113.9', status: 404 });
      clumsy.note(seen, clumsy.judge(seen));
    }
    const { suspicious, reasons } = clumsy.judge(
      observation('/product?id=17', { source: '203.0.113.9' }),
    );
    expect(suspicious).toBe(false);
    expect(reasons.map(({ reason }) => reason)).toContain('its source gets many errors');
  });

  test.each<[string, Partial<Observation>]>([
    ['a honeypot path', { why: 'honeypot' }],
    ['a rule in shadow mode', { shadowRules: ['strict-1'] }],
    ['an enforced rule', { action: 'block', rules: ['x'] }],
  ])('suspicion - %s is enough, also before the models are warm', (_, changes) => {
    const cold = new SuspicionDetector(OPTIONS);
    expect(cold.judge(observation('/product?id=1', changes)).suspicious).toBe(true);
    expect(cold.judge(observation("/product?id=1'--")).suspicious).toBe(false);
  });

  test('suspicion - the same traffic and seed give the same scores', () => {
    const scores = (each: SuspicionDetector) =>
      attacks(50, 5).map((seen) => each.judge(seen).score);
    expect(scores(trained(2))).toEqual(scores(trained(2)));
  });

  test('suspicion - what is suspicious or refused is never learned as normal', () => {
    const own = trained();
    const before = own.learned;
    feed(own, attacks(300, 8));
    feed(
      own,
      benignTraffic(50, 4).map((seen) => ({
        ...seen,
        recorded: { ...seen.recorded, status: 500 },
      })),
    );
    expect(own.learned).toBe(before);
  });

  test('suspicion - one source can teach only its share, so a flood does not become normal', () => {
    const own = trained();
    const before = own.learned;
    for (let at = 0; at < 5_000; at++) {
      const uri = `/product?id=${'abcdefghij'[at % 10]}`;
      const seen = observation(uri, { source: '203.0.113.77', at: START + 400_000 + at });
      own.note(seen, own.judge(seen));
    }
    expect(own.learned - before).toBeLessThanOrEqual(Math.ceil(0.02 * own.learned) + 1);
  });
});

test('scorers - have a bounded time, and one that fails or answers nonsense has no opinion', async () => {
  const scorers = [
    { name: 'good', score: () => 0.4 },
    { name: 'slow', score: () => new Promise<number>(() => {}) },
    { name: 'wild', score: () => 7 },
    { name: 'nan', score: async () => Number.NaN },
    {
      name: 'broken',
      score: () => {
        throw new Error('no model');
      },
    },
  ];
  const opinions = await askScorers(scorers, observation('/'), 20);
  expect(opinions).toEqual([{ name: 'good', score: 0.4 }]);
  const detector = new SuspicionDetector(OPTIONS);
  expect(detector.judge(observation('/'), [{ name: 'good', score: 0.9 }])).toMatchObject({
    suspicious: true,
    reasons: [{ reason: 'scorer good', strength: 0.9 }],
  });
});
