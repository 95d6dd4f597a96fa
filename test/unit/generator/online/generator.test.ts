import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import type { RuleDocument } from '../../../../src/generator/candidate.ts';
import { openRuleRun } from '../../../../src/generator/gate/rule-run.ts';
import { seededRandom } from '../../../../src/generator/learn/seeded-random.ts';
import { Generator } from '../../../../src/generator/online/generator.ts';
import { createLearnThread } from '../../../../src/generator/online/learn-thread.ts';
import type { Observation } from '../../../../src/generator/suspicion/observation.ts';
import { SuspicionDetector } from '../../../../src/generator/suspicion/suspicion.ts';
import { createStand } from '../lifecycle/stand.ts';
import { attackUri, benignTraffic, benignUri, observation, START } from '../suspicion/traffic.ts';

const log = pino({ level: 'silent' });
const SETTINGS = {
  ...{ seed: 1, min_samples: 8, min_sources: 3, benign_pool_size: 2_000 },
} as ConstructorParameters<typeof Generator>[0]['settings'];

/** A generator over a life cycle in memory and a real learning thread, which knows 1,000 benign requests. */
async function createGenerator() {
  const stand = createStand({ minConfidence: 0.1, minBenignRequests: 1_000, shadowRequests: 100 });
  const thread = createLearnThread({ log });
  onTestFinished(() => thread.close());
  const outcomes: string[] = [];
  const generator = new Generator({
    settings: SETTINGS,
    detector: new SuspicionDetector({ seed: 1, threshold: 0.75, warmUpRequests: 300 }),
    lifeCycle: stand.life,
    thread,
    scorers: [],
    metrics: {
      observed() {},
      kept() {},
      learned() {},
      proposed: (outcome) => void outcomes.push(outcome),
      stepped() {},
      candidates() {},
    },
    now: () => stand.clock.now,
    log,
  });
  await generator.observe(benignTraffic(1_300, 1));
  stand.clock.now = START + 130_000;
  return { ...stand, generator, outcomes, life: stand.life };
}

function campaign(count: number, seed: number, decorate = (uri: string) => uri): Observation[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, at) =>
    observation(decorate(attackUri(random)), {
      source: `203.0.113.${at % 40}`,
      at: START + 140_000 + at,
    }),
  );
}

function matchesOf(rules: readonly RuleDocument[], uris: readonly string[]): number {
  const opened = openRuleRun(rules);
  if (!opened.ok) throw new Error(JSON.stringify(opened.diagnostics));
  return uris.filter((uri) => {
    return opened.run.matching(observation(uri).recorded.request).length > 0;
  }).length;
}

function benignUris(count: number, seed: number): string[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => benignUri(random));
}

test('generator - learns from a campaign, posts once, and enforces without benign hits', async () => {
  const { generator, life, clock, state, outcomes } = await createGenerator();
  expect(generator.sizes).toMatchObject({ samples: 0, pool: 1_000 });
  await generator.observe(campaign(60, 5));
  const posted = await generator.propose(await generator.learn());
  expect(posted).toBeGreaterThan(0);
  const rules = life.live().map(({ rule }) => rule);
  expect(matchesOf(rules, benignUris(2_000, 77))).toBe(0);
  const fresh = campaign(200, 6).map(({ recorded }) => recorded.request.uri);
  expect(matchesOf(rules, fresh)).toBeGreaterThanOrEqual(195);
  // Nothing new: nothing is learned again.
  expect(await generator.learn()).toEqual([]);

  clock.now += 11 * 60_000;
  await generator.observe(benignTraffic(300, 3, clock.now - 60_000));
  await life.advance();
  expect(rules.map(({ id }) => state(id))).toEqual(rules.map(() => 'enforced'));
  expect(new Set(outcomes)).toEqual(new Set(['shadow']));
});

test('generator - benign words that an attacker puts into every request do not get into a rule', async () => {
  const { generator, life } = await createGenerator();
  const decoys = (uri: string) => `${uri}${uri.includes('page') ? '' : '&page=3'}&sort=price`;
  await generator.observe(campaign(60, 8, decoys));
  await generator.propose(await generator.learn());
  const rules = life.live().map(({ rule }) => rule);
  const honest = [...benignUris(2_000, 78), '/search?q=oak+lamp&page=3&sort=price'];
  expect(rules.length).toBeGreaterThan(0);
  expect(matchesOf(rules, honest)).toBe(0);
});

test('generator - look-alikes that ask for a honeypot as well get no rule that hits honest requests', async () => {
  const { generator, life } = await createGenerator();
  const random = seededRandom(9);
  const poison = Array.from({ length: 200 }, (_, at) =>
    observation(benignUri(random), {
      source: `203.0.113.${at % 100}`,
      why: at % 2 === 0 ? 'honeypot' : 'error',
      status: 404,
      at: START + 140_000 + at,
    }),
  );
  await generator.observe(poison);
  await generator.propose(await generator.learn());
  expect(life.live()).toEqual([]);
});

test.each([
  1, 2, 3,
])('generator - pages that do not exist and names that nobody uses teach no rule, seed %s', async (seed) => {
  const { generator, life } = await createGenerator();
  const random = seededRandom(seed);
  const poison = Array.from({ length: 600 }, (_, at) => {
    const uri = at % 3 === 0 ? `/missing/${at}` : benignUri(random);
    const odd = at % 7 === 0 ? `${uri}${uri.includes('?') ? '&' : '?'}ref=mail` : uri;
    const isMissing = uri.startsWith('/missing');
    return observation(odd, {
      source: `203.0.113.${at % 100}`,
      why: isMissing ? 'error' : 'sample',
      status: isMissing ? 404 : 200,
      at: START + 140_000 + 10 * at,
    });
  });
  await generator.observe(poison);
  const found = await generator.learn();
  expect(found.map(({ sentence }) => sentence)).toEqual([]);
  await generator.propose(found);
  expect(life.live()).toEqual([]);
});

test('generator - a false positive demotes the rule that matched and joins the benign pool', async () => {
  const { generator, life, clock, pass, state } = await createGenerator();
  await generator.observe(campaign(60, 5));
  await generator.propose(await generator.learn());
  await generator.observe(benignTraffic(200, 3, clock.now));
  await pass(11 * 60_000, 200);
  const [rule] = life.live();
  expect(rule?.state).toBe('enforced');
  const hit = { rules: [rule!.id], action: 'block' as const, status: 403, at: clock.now + 1 };
  const blocked = observation('/search?q=select+all+from+garden', hit);
  await generator.observe([blocked]);
  const { pool } = generator.sizes;
  const { id: requestId } = blocked.recorded;
  generator.feedback({ requestId, label: 'false_positive', actor: 'alice', at: clock.now + 2 });
  await pass(10);
  expect(state(rule!.id)).toBe('demoted');
  expect(generator.sizes.pool).toBe(pool + 1);
});

test('generator - a label makes a sample of what looked normal; what is told from outside teaches nothing', async () => {
  const { generator } = await createGenerator();
  const odd = observation('/product?id=17', { source: '203.0.113.4' });
  await generator.observe([odd]);
  const before = generator.sizes;
  generator.feedback({ requestId: odd.recorded.id, label: 'attack', actor: 'alice', at: START });
  expect(generator.sizes.samples).toBe(before.samples + 1);
  const foreign = benignTraffic(100, 12).map((seen) => ({ ...seen, why: 'foreign' as const }));
  await generator.observe(foreign);
  expect(generator.sizes).toMatchObject({ pool: before.pool, parameters: before.parameters });
});
