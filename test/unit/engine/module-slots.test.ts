import { expect, test, vi } from 'vitest';
import { LIMITS } from '../../../src/config/limits.ts';
import { inspectWithSet } from '../../../src/engine/inspect-with-set.ts';
import type { ModuleLoader } from '../../../src/engine/module-loader.ts';
import { answering } from '../../wasm-fixtures/fixtures.ts';
import { requestOf } from './requests.ts';
import { actionOf, OPEN, run, slotsWith } from './slots.ts';

test('slots - stage changes nothing, activate swaps, rollback and remove swap back', async () => {
  const slots = slotsWith();
  const staged = await slots.stage('a', answering(1), OPEN);
  expect(slots.current().modules).toEqual([]);
  expect(staged.module).toMatchObject({
    name: 'a',
    revision: 'v1',
    semver: '0.0.0',
    foreign: true,
    manifest: null,
    order: 0,
  });
  expect(staged.phases.verify).toBeGreaterThan(0);

  const first = slots.activate(staged);
  expect(first).toMatchObject({
    previous: null,
    generation: 1,
    module: { revision: 'v1', loadedAt: 1000 },
  });
  expect(actionOf(slots)).toBe(1);

  const second = await run(slots, 'a', answering(2));
  expect(second).toMatchObject({
    previous: { revision: 'v1' },
    generation: 2,
    module: { revision: 'v2' },
  });
  expect(second.downtime_ms).toBeCloseTo(second.swap_us / 1000);
  expect(actionOf(slots)).toBe(2);
  expect(slots.versions('a').map(({ revision }) => revision)).toEqual(['v2', 'v1']);

  const back = slots.rollback('a');
  expect(back).toMatchObject({ previous: { revision: 'v2' }, module: { revision: 'v1' } });
  expect(actionOf(slots)).toBe(1);
  expect(slots.versions('a').map(({ revision }) => revision)).toEqual(['v1']);

  expect(slots.remove('a')).toMatchObject({ module: null, previous: { revision: 'v1' } });
  expect(slots.current().modules).toEqual([]);
  expect(slots.versions('a')).toEqual([]);
});

test('slots - keep as many versions as asked for, and roll back through all of them', async () => {
  const slots = slotsWith({ keepPrevious: 2 });
  for (const action of [0, 1, 2, 3]) await run(slots, 'a', answering(action));
  expect(slots.versions('a').map(({ revision }) => revision)).toEqual(['v4', 'v3', 'v2']);
  expect([slots.rollback('a'), slots.rollback('a')].map(({ module }) => module?.revision)).toEqual([
    'v3',
    'v2',
  ]);
  expect(() => slots.rollback('a')).toThrow('a has no previous version to roll back to');
  expect(actionOf(slots)).toBe(1);
  // A number that was seen once never names another thing.
  expect((await run(slots, 'a', answering(0))).module?.revision).toBe('v5');
});

test('slots - requests keep the set they took, and draining tells when the last has ended', async () => {
  const slots = slotsWith();
  await run(slots, 'a', answering(1));
  const held = [slots.acquire(), slots.acquire()];
  await run(slots, 'a', answering(0));
  expect(actionOf(slots)).toBe(0);
  expect(inspectWithSet(held[0]!, requestOf()).action).toBe(1);
  expect(slots.drainingGenerations).toEqual([1]);
  let drained = false;
  const waiting = slots.drained(1).then(() => {
    drained = true;
  });
  slots.release(held[0]!);
  await Promise.resolve();
  expect(drained).toBe(false);
  slots.release(held[1]!);
  await waiting;
  expect(slots.drainingGenerations).toEqual([]);
  expect(() => slots.release(held[1]!)).toThrow('released more often than acquired');
});

test('slots - requests during a reload are counted, not guessed', async () => {
  const slots = slotsWith();
  await run(slots, 'a', answering(0));
  for (let count = 0; count < 5; count++) slots.release(slots.acquire());
  const staging = slots.stage('a', answering(0), OPEN);
  for (let count = 0; count < 3; count++) slots.release(slots.acquire());
  const staged = await staging;
  slots.release(slots.acquire());
  expect(slots.activate(staged).requests_during_reload).toBe(4);
});

test('slots - a staged module serves once', async () => {
  const slots = slotsWith();
  const staged = await slots.stage('a', answering(0), OPEN);
  slots.activate(staged);
  expect(() => slots.activate(staged)).toThrow(
    expect.objectContaining({ code: 'WAF_ERR_ENGINE_ALREADY_ACTIVE' }),
  );
});

const never: ModuleLoader = { load: () => new Promise(() => {}) };

test('slots - a reload that takes too long is given up with the documented text', async () => {
  vi.useFakeTimers();
  try {
    const slots = slotsWith({ loader: never });
    const staging = slots.stage('a', answering(0), OPEN).catch((error) => error);
    await vi.advanceTimersByTimeAsync(LIMITS.reload.timeout_ms);
    expect(await staging).toMatchObject({
      code: 'WAF_ERR_ENGINE_RELOAD_TIMEOUT',
      message: 'Reload timed out after 30s',
    });
  } finally {
    vi.useRealTimers();
  }
});

test('slots - a caller can cancel a stage, before and while it runs', async () => {
  const slots = slotsWith({ loader: never });
  const controller = new AbortController();
  const staging = slots.stage('a', answering(0), { ...OPEN, signal: controller.signal });
  controller.abort();
  const code = 'WAF_ERR_ENGINE_RELOAD_CANCELLED';
  await expect(staging).rejects.toMatchObject({ code });
  await expect(
    slots.stage('a', answering(0), { ...OPEN, signal: AbortSignal.abort() }),
  ).rejects.toMatchObject({ code });
});

test('slots - several modules run in order, and a new one keeps the place of the old', async () => {
  const slots = slotsWith();
  await run(slots, 'waf', answering(0));
  await run(slots, 'bots', answering(0));
  await run(slots, 'first', answering(0), { order: -1 });
  await run(slots, 'waf', answering(0));
  expect(slots.current().modules.map(({ name, order }) => [name, order])).toEqual([
    ['first', -1],
    ['waf', 0],
    ['bots', 1],
  ]);
});

test('slots - names and numbers of modules are bounded', async () => {
  const loader: ModuleLoader = { load: async () => Promise.reject(new Error('never reached')) };
  const slots = slotsWith({ loader });
  for (const name of ['', '../x', '-a', 'a b', 'x'.repeat(65)]) {
    await expect(slots.stage(name, answering(0), OPEN)).rejects.toMatchObject({
      code: 'WAF_ERR_ENGINE_MODULE_NAME',
    });
  }
  for (const act of [() => slots.rollback('a'), () => slots.remove('a')]) {
    expect(act).toThrow(expect.objectContaining({ code: 'WAF_ERR_ENGINE_UNKNOWN_MODULE' }));
  }
});

test('slots - an upload is numbered after the highest revision seen under its name', async () => {
  const slots = slotsWith();
  const revisions: (string | undefined)[] = [];
  for (const revision of ['v9', 'v3', undefined, undefined]) {
    const { module } = await run(slots, 'a', answering(0), revision ? { revision } : {});
    revisions.push(module?.revision);
  }
  expect(revisions).toEqual(['v9', 'v3', 'v10', 'v11']);
  expect((await run(slots, 'b', answering(0))).module?.revision).toBe('v1');
});

test('slots - one more module than the limit is refused, replacing one is not', async () => {
  const slots = slotsWith();
  for (let index = 0; index < LIMITS.upload.max_modules; index++) {
    await run(slots, `m${index}`, answering(0));
  }
  await expect(slots.stage('more', answering(0), OPEN)).rejects.toMatchObject({
    code: 'WAF_ERR_ENGINE_TOO_MANY_MODULES',
    message: '16 modules run already, the limit is 16',
  });
  expect((await run(slots, 'm0', answering(0))).module?.revision).toBe('v2');
});
