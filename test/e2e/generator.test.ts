import { afterEach, beforeEach, expect, test } from 'vitest';
import { seededRandom } from '../../src/generator/learn/seeded-random.ts';
import { benignUri } from '../unit/generator/suspicion/traffic.ts';
import { type Fleet, startFleet, until } from './fleet.ts';
import { attack, type ShopTraffic, send, startShopTraffic } from './shop-traffic.ts';

/** Everything is observed, and a rule has to show itself for seconds where it would be minutes. */
const DEMO = {
  ...{ window_seconds: 1, check_seconds: 0.5, warm_up_requests: 300, replay_seconds: 3600 },
  ...{ min_benign_requests: 600, shadow_seconds: 3, shadow_requests: 100, seed: 1 },
};

let fleet: Fleet;
let shop: ShopTraffic;

beforeEach(async () => {
  fleet = await startFleet({
    nodes: 2,
    maxReloadFrequencySeconds: 0.2,
    node: { trusted_proxies: ['127.0.0.0/8'] },
    events: { sample_rate: 1, error_sample_rate: 1, max_events_per_second: 2000 },
    dynamicRules: { min_confidence: 0.1 },
    generator: DEMO,
  });
  const trivial = { id: 'trivial', field: 'URI', pattern: '/never-asked-for', action: 'block' };
  expect((await fleet.api('POST', '/api/v1/rules', trivial)).status).toBe(202);
  await fleet.everyNodeAnswers('/never-asked-for', 403);
  shop = startShopTraffic(fleet, 1);
  await until(async () => (await health()).sizes.pool >= 600, 40_000, told);
});

afterEach(async () => {
  await shop?.stop();
  await fleet?.close();
});

async function health(): Promise<any> {
  return (await fetch(`${fleet.generator!.url}/health`)).json();
}

const told = () =>
  `${fleet.generator!.output().slice(-4000)}\n${fleet.nodes[0]!.output().slice(-1000)}`;

async function candidates(): Promise<any[]> {
  return (await fleet.api('GET', '/api/v1/candidates')).body.candidates;
}

test('generator - a campaign from 40 changing addresses is noticed, explained and blocked fleet-wide', async () => {
  const random = seededRandom(7);
  const started = performance.now();
  const first = await attack(fleet, random, '203.0.113.1');
  expect(first.status).toBe(200);
  let sent = 1;
  let blockedInRow = 0;
  await until(
    async () => {
      const { status } = await attack(fleet, random, `203.0.113.${1 + (sent % 40)}`);
      sent += 1;
      blockedInRow = status === 403 ? blockedInRow + 1 : 0;
      return blockedInRow >= 20;
    },
    60_000,
    told,
  );
  const seconds = (performance.now() - started) / 1_000;
  console.log(
    `from the first attack to a fleet-wide block: ${seconds.toFixed(1)} s, ${sent} requests`,
  );
  expect(seconds).toBeLessThan(60);

  const fresh: number[] = [];
  for (let at = 0; at < 60; at++) {
    fresh.push((await attack(fleet, random, `192.0.2.${at + 1}`)).status);
  }
  expect(fresh.filter((status) => status === 403).length).toBeGreaterThanOrEqual(57);
  for (let at = 0; at < 300; at++) {
    expect(
      await send(fleet.nodes[at % 2]!.dataUrl, benignUri(random), `192.0.2.${100 + (at % 100)}`),
    ).toBe(200);
  }
  expect(shop.wrong).toEqual([]);

  const enforced = (await candidates()).filter(({ state }) => state === 'enforced');
  expect(enforced.length).toBeGreaterThan(0);
  const { body } = await fleet.api('GET', `/api/v1/candidates/${enforced[0].id}`);
  console.log(body.sentence);
  expect(body.sentence).toMatch(/^[A-Z].{30,}\.$/s);
  expect(body.history.map(({ to }: { to: string }) => to)).toEqual(
    expect.arrayContaining(['shadow', 'enforced']),
  );
  expect(body.evidence.benign_hits).toBe(0);

  // A person's word wins, for good.
  const { body: rejected } = await fleet.api('POST', `/api/v1/candidates/${body.id}/reject`, {
    reason: 'we like it',
  });
  expect(rejected.candidate.state).toBe('rejected');
  const learnings = () => fleet.generator!.output().split('"msg":"learned"').length;
  const before = learnings();
  const statuses: number[] = [];
  for (let at = 0; at < 60; at++) {
    statuses.push((await attack(fleet, random, `203.0.113.${1 + (at % 40)}`)).status);
  }
  // Another rule may still block all of it: then there is nothing to learn from.
  const isBlocked = statuses.slice(-20).every((status) => status === 403);
  await until(async () => isBlocked || learnings() > before, 20_000, told);
  const after = (await candidates()).find(({ id }) => id === body.id);
  expect(after).toMatchObject({ state: 'rejected', reason: 'rejected: we like it' });
  expect((await fleet.api('GET', `/api/v1/rules/${body.id}`)).status).toBe(404);
});

test('generator - an attacker who feeds benign look-alikes and errors gets no rule enforced', async () => {
  const random = seededRandom(11);
  for (let at = 0; at < 1_200; at++) {
    const uri = at % 3 === 0 ? `/missing/${at}` : benignUri(random);
    const address = `203.0.113.${at % 250}`;
    const { dataUrl } = fleet.nodes[at % 2]!;
    await send(
      dataUrl,
      at % 7 === 0 ? `${uri}${uri.includes('?') ? '&' : '?'}ref=mail` : uri,
      address,
    );
  }
  const passed = (await health()).learned_from;
  await until(async () => (await health()).learned_from > passed + 200, 30_000, told);
  expect((await candidates()).filter(({ state }) => state === 'enforced')).toEqual([]);
  expect(shop.wrong).toEqual([]);
  for (let at = 0; at < 200; at++) {
    expect(await send(fleet.nodes[at % 2]!.dataUrl, benignUri(random), `192.0.2.${at}`)).toBe(200);
  }
});
