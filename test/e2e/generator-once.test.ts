import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { packagePath } from '../../src/config/package-root.ts';
import { seededRandom } from '../../src/generator/learn/seeded-random.ts';
import { type Fleet, startFleet, until } from './fleet.ts';
import { attack, startShopTraffic } from './shop-traffic.ts';

const SETTINGS = {
  ...{ window_seconds: 1, check_seconds: 0.5, warm_up_requests: 300, replay_seconds: 3600 },
  ...{ min_benign_requests: 600, shadow_seconds: 1, shadow_requests: 100, seed: 1 },
};

let fleet: Fleet;
afterEach(async () => {
  await fleet?.close();
});

const run = promisify(execFile);

/** `secbeat …` with the settings of the generator. */
async function secbeat(...args: string[]): Promise<string> {
  const env = {
    ...process.env,
    SECBEAT_CONFIG: join(fleet.folder, 'generator.toml'),
    SECBEAT_URL: fleet.orchestrator.url,
    ORCHESTRATOR_API_KEY: fleet.key,
  };
  const cli = packagePath('dist', 'cli', 'main.js');
  const { stdout } = await run(process.execPath, [cli, ...args], { env, cwd: fleet.folder });
  return stdout;
}

test('generator - learns from the events of the stream in one go; a later process carries on, people decide', async () => {
  fleet = await startFleet({
    nodes: 1,
    maxReloadFrequencySeconds: 0.2,
    node: { trusted_proxies: ['127.0.0.0/8'] },
    events: { sample_rate: 1, error_sample_rate: 1, max_events_per_second: 2000 },
    dynamicRules: { min_confidence: 0.1 },
    generator: SETTINGS,
  });
  const generator = fleet.generator!;
  const told = () => generator.output().slice(-4000);
  await generator.stop();
  const shop = startShopTraffic(fleet, 2);
  await until(async () => shop.answered() >= 1_000, 40_000, told);
  const random = seededRandom(3);
  for (let at = 0; at < 60; at++) await attack(fleet, random, `203.0.113.${1 + (at % 40)}`);
  await shop.stop();

  await secbeat('generator', '--once');
  const { candidates } = JSON.parse(await secbeat('candidates', '--json'));
  expect(candidates.length).toBeGreaterThan(0);
  expect(candidates.map(({ state }: { state: string }) => state)).toEqual(
    candidates.map(() => 'shadow'),
  );
  const [first] = candidates;
  expect(await secbeat('candidates', first.id)).toContain('posted in shadow mode');

  // The next process finds the candidate and lets it show itself on traffic that comes now.
  await generator.start();
  const more = startShopTraffic(fleet, 4);
  const stateOf = async () =>
    (await fleet.api('GET', `/api/v1/candidates/${first.id}`)).body.state as string;
  await until(async () => (await stateOf()) === 'enforced', 30_000, told);
  const blocked = async () => (await attack(fleet, random, '192.0.2.77')).status === 403;
  await until(blocked, 10_000, told);
  await more.stop();
  expect([shop.wrong, more.wrong]).toEqual([[], []]);

  await generator.stop();
  expect(await secbeat('reject', first.id, '--reason', 'drill', '--wait')).toContain('rejected');
  expect(await stateOf()).toBe('rejected');
  expect(await secbeat('approve', first.id, '--wait')).toContain('is enforced');
  expect(await blocked()).toBe(true);
});
