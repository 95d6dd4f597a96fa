import { afterAll, expect, test } from 'vitest';
import { type Fleet, startFleet } from './fleet.ts';
import { soak } from './soak.ts';

let fleet: Fleet;
afterAll(() => fleet.close());

test('soak - 60 reloads of every kind under load: nothing lost, nothing judged by a mixture', async () => {
  fleet = await startFleet();
  const seed = Math.floor(Math.random() * 1_000_000);
  const report = await soak(fleet, 60, seed, () => {});
  const context = JSON.stringify(report, null, 2);
  expect(report.requests.answered, context).toBeGreaterThan(500);
  expect(report.requests.failed, context).toBe(0);
  expect(report.server_errors, context).toBe(0);
  expect(report.judged.checked, context).toBeGreaterThan(100);
  expect(report.judged.wrong, context).toBe(0);
  expect(Object.keys(report.reloads).sort(), context).toEqual([
    'invalid upload',
    'rollback',
    'rule',
    'upload',
  ]);
});
