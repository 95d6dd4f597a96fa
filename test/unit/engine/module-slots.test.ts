import { describe, expect, test, vi } from 'vitest';
import { readArtifact } from '../../../src/artifact/read-artifact.ts';
import { appendSignature } from '../../../src/artifact/signature.ts';
import { generateSigningKey, trustOf } from '../../../src/artifact/signing-key.ts';
import { LIMITS } from '../../../src/config/limits.ts';
import { ForeignInstance } from '../../../src/engine/foreign-instance.ts';
import { inspectWithSet } from '../../../src/engine/inspect-with-set.ts';
import { injectMetering } from '../../../src/engine/metering/inject-metering.ts';
import { createModuleLoader, type ModuleLoader } from '../../../src/engine/module-loader.ts';
import {
  createModuleSlots,
  type ModuleSlots,
  type ModuleSlotsOptions,
} from '../../../src/engine/module-slots.ts';
import { RecoveringInspector } from '../../../src/engine/recovering-inspector.ts';
import { stillServing } from '../../../src/engine/reload-error.ts';
import type { StageRequest } from '../../../src/engine/staged-module.ts';
import { plainArtifact } from '../../wasm-fixtures/artifacts.ts';
import {
  alternating,
  answering,
  blocksByte,
  hostile,
  trapsAtByte,
} from '../../wasm-fixtures/fixtures.ts';
import { requestOf } from './requests.ts';

const KEY = generateSigningKey();
const realLoader = createModuleLoader({ fuelLimit: 100_000 });
const OPEN: StageRequest = { trustedKeys: trustOf(KEY), requireSignature: false };

/** Real modules without the thread of the real loader: the state machine does not care. */
const inProcess: ModuleLoader = {
  async load({ bytes }, timer) {
    const artifact = await timer.measure('verify', () => readArtifact(bytes));
    const metered = new WebAssembly.Module(injectMetering(new Uint8Array(bytes)));
    const create = () => new ForeignInstance(metered, 100_000, 4);
    const inspector = new RecoveringInspector(create, create());
    return { artifact, signature: { state: 'unsigned' }, foreign: true, inspector };
  },
};

function slotsWith(options: Partial<ModuleSlotsOptions> = {}): ModuleSlots {
  return createModuleSlots({
    keepPrevious: 2,
    fuelLimit: 100_000,
    now: () => 1000,
    loader: inProcess,
    ...options,
  });
}

async function run(
  slots: ModuleSlots,
  name: string,
  bytes: Uint8Array,
  request: Partial<StageRequest> = {},
) {
  return slots.activate(await slots.stage(name, bytes, { ...OPEN, ...request }));
}

const actionOf = (slots: ModuleSlots, uri = '/') =>
  inspectWithSet(slots.current(), requestOf({ uri })).action;

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

const refusals: [keyof typeof hostile, string, string][] = [
  ['missingExport', 'ARTIFACT_EXPORTS', 'missing inspect_request export'],
  ['importsAbort', 'ARTIFACT_IMPORTS', 'imports are not allowed (env.abort)'],
  ['noMemoryMaximum', 'ARTIFACT_MEMORY', 'memory has no declared maximum'],
  ['hugeMemory', 'ARTIFACT_MEMORY', 'memory maximum of 65536 pages exceeds 256'],
  ['dataBeyondSection', 'ARTIFACT_TRUNCATED', 'truncated section at offset 74'],
  ['dataBeyondMemory', 'ENGINE_INSTANTIATE', 'instantiation failed: data segment is out of bounds'],
  [
    'endlessLoop',
    'ENGINE_PROBE_FAILED',
    'inspect_request ran out of fuel after 100000 instructions (sample request: plain GET)',
  ],
  [
    'endlessStart',
    'ENGINE_INSTANTIATE',
    'the start function ran out of fuel after 100000 instructions',
  ],
  ['trappingStart', 'ENGINE_INSTANTIATE', 'the start function trapped: unreachable'],
  [
    'trap',
    'ENGINE_PROBE_FAILED',
    'inspect_request trapped: unreachable (sample request: plain GET)',
  ],
  [
    'action7',
    'ENGINE_PROBE_FAILED',
    'inspect_request returned the invalid action 7 (sample request: plain GET)',
  ],
  [
    'fillLoop',
    'ENGINE_PROBE_FAILED',
    'inspect_request ran out of fuel after 100000 instructions (sample request: plain GET)',
  ],
  [
    'growLoop',
    'ENGINE_PROBE_FAILED',
    'inspect_request ran out of fuel after 100000 instructions (sample request: plain GET)',
  ],
  ['tableGrow', 'ENGINE_UNSUPPORTED_OPCODE', 'unsupported instruction 0xfc 0x0f at offset 72'],
  ['ownFuelExport', 'ENGINE_RESERVED_EXPORT', 'the export name secbeat_fuel is reserved'],
  [
    'refillsFuel',
    'ENGINE_MODULE_INVALID',
    'Compiling function #0 failed: Invalid global index: 0 @+69',
  ],
];

describe('slots - refused modules', () => {
  const slots = slotsWith({ loader: realLoader });

  test.each(
    refusals,
  )('slots - %s is refused with its exact text, the old version serves on', async (name, code, text) => {
    if (slots.versions('a').length === 0) await run(slots, 'a', answering(2));
    const error = await slots.stage('a', hostile[name](), OPEN).catch((cause) => cause);
    expect(error).toMatchObject({
      name: 'ReloadError',
      code: `WAF_ERR_${code}`,
      message: `Invalid WASM module: ${text}`,
    });
    expect(actionOf(slots)).toBe(2);
    expect(stillServing(error, slots.current().find('a'))).toEqual({
      success: false,
      error: error.message,
      current_version: 'v1',
      status: 'still_serving_v1',
    });
  });

  test('slots - the table of refusals is complete', () => {
    expect(refusals).toHaveLength(16);
  });
});

test('slots - nothing serves yet when the first reload fails', () => {
  expect(stillServing(new Error('x'), undefined)).toEqual({
    success: false,
    error: 'x',
    current_version: null,
    status: 'not_serving',
  });
});

const signatures: [string, Uint8Array, string][] = [
  ['no signature', answering(0), 'not signed, a trusted signature is required'],
  [
    'an unknown key',
    appendSignature(answering(0), { ...KEY, keyId: '0'.repeat(16) }),
    'signed by the unknown key 0000000000000000, a trusted signature is required',
  ],
  [
    'a wrong signature',
    appendSignature(answering(0), { ...generateSigningKey(), keyId: KEY.keyId }),
    'signature does not match',
  ],
];

test.each(
  signatures,
)('slots - %s is refused where a trusted one is required', async (_, bytes, text) => {
  const staging = slotsWith({ loader: realLoader }).stage('a', bytes, {
    ...OPEN,
    requireSignature: true,
  });
  await expect(staging).rejects.toThrow(`Invalid WASM module: ${text}`);
});

test('slots - a wrong signature is refused even where none is required', async () => {
  await expect(
    slotsWith({ loader: realLoader }).stage('a', signatures[2]![1], OPEN),
  ).rejects.toThrow('signature does not match');
});

test('slots - a foreign module passes all phases', async () => {
  const { module, phases } = await run(slotsWith({ loader: realLoader }), 'a', answering(1));
  expect(module?.inspector.inspect(requestOf())).toBe(1);
  expect(Object.keys(phases).sort()).toEqual(['probe', 'stage', 'swap', 'verify']);
});

test('slots - an artifact of ours without a trusted signature runs as a foreign module', async () => {
  const { module } = await run(slotsWith({ loader: realLoader }), 'a', plainArtifact().bytes);
  expect(module).toMatchObject({ foreign: true, manifest: null, signature: { state: 'unsigned' } });
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

test('set - an empty one is not ready', () => {
  expect(inspectWithSet(slotsWith().current(), requestOf())).toMatchObject({
    action: 0,
    module: null,
    explanation: null,
    failure: 'not_ready',
  });
});

test('set - the strictest action of all modules wins', async () => {
  const orders: [number[], number, string | null][] = [
    [[0, 0], 0, null],
    [[0, 2], 2, 'm1'],
    [[2, 3], 3, 'm1'],
    [[3, 2], 3, 'm0'],
    [[3, 1], 1, 'm1'],
    [[1, 3], 1, 'm0'],
    [[2, 2], 2, 'm0'],
  ];
  for (const [actions, action, module] of orders) {
    const slots = slotsWith();
    for (const [index, each] of actions.entries()) await run(slots, `m${index}`, answering(each));
    const verdict = inspectWithSet(slots.current(), requestOf());
    expect([verdict.action, verdict.module?.name ?? null]).toEqual([action, module]);
    expect(verdict.explained.map(({ explanation }) => explanation.action)).toEqual(
      actions.filter((each) => each !== 0),
    );
  }
});

test('set - a module that fails is recorded, and the others still judge', async () => {
  const slots = slotsWith();
  await run(slots, 'fragile', trapsAtByte(0xc5));
  await run(slots, 'bots', blocksByte(35));
  expect(inspectWithSet(slots.current(), requestOf({ uri: '/\u0158#' }))).toMatchObject({
    action: 1,
    module: { name: 'bots' },
    failure: 'trap',
    failed: [
      { module: { name: 'fragile' }, error: { message: 'inspect_request trapped: unreachable' } },
    ],
  });
  expect(inspectWithSet(slots.current(), requestOf({ body: Buffer.alloc(20_000) }))).toMatchObject({
    action: 0,
    module: null,
    failure: 'budget',
  });
  expect(inspectWithSet(slots.current(), requestOf())).toMatchObject({ action: 0, failure: null });
});

test('set - requests in which nothing matches share one verdict', async () => {
  const slots = slotsWith();
  await run(slots, 'a', answering(0));
  const verdicts = [1, 2].map(() => inspectWithSet(slots.current(), requestOf()));
  expect(verdicts[0]).toBe(verdicts[1]);
  expect(Object.isFrozen(verdicts[0])).toBe(true);
});

test('hammer - no request sees a mixed set while modules come and go', async () => {
  const slots = slotsWith({ keepPrevious: 1 });
  const loaded = await Promise.all(
    [0, 1, 2, 3].map((action) => slots.stage('a', answering(action), OPEN)),
  );
  await run(slots, 'b', alternating());
  const held: { set: ReturnType<ModuleSlots['acquire']>; action: number }[] = [];
  let checked = 0;
  for (let round = 0; round < 400; round++) {
    if (round % 7 === 0) {
      // The same loaded module under a new name of its revision, as a re-published artifact would be.
      const { module, ...rest } = loaded[round % 4]!;
      slots.activate({
        ...rest,
        module: { ...module, semver: `0.0.${round % 4}`, revision: `v${round + 1}` },
      });
    }
    if (round % 31 === 30) slots.rollback('a');
    const set = slots.acquire();
    held.push({ set, action: Number(set.find('a')!.semver.split('.')[2]) });
    if (held.length > 20) {
      const { set: old, action } = held.shift()!;
      expect(old.find('a')!.inspector.inspect(requestOf())).toBe(action);
      slots.release(old);
      checked++;
    }
  }
  expect(checked).toBe(380);
  for (const { set } of held) slots.release(set);
  expect(slots.drainingGenerations).toEqual([]);
});
