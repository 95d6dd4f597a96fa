import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildArtifact } from '../../../src/artifact/build-artifact.ts';
import { digestOf } from '../../../src/artifact/digest.ts';
import { readArtifact } from '../../../src/artifact/read-artifact.ts';
import { generateSigningKey, trustOf } from '../../../src/artifact/signing-key.ts';
import { spliceProgram, unspliceProgram } from '../../../src/artifact/splice-program.ts';
import { inspectWithSet } from '../../../src/engine/inspect-with-set.ts';
import { injectMetering } from '../../../src/engine/metering/inject-metering.ts';
import { createModuleSlots, type ModuleSlotsOptions } from '../../../src/engine/module-slots.ts';
import { WafInstance } from '../../../src/engine/waf-instance.ts';
import { configOf, requestOf, ruleOf } from '../../reference/engine.ts';
import { configs, requests } from '../../reference/generators.ts';
import { manifestFields } from '../../wasm-fixtures/artifacts.ts';
import { ENGINE, universalWaf } from './universal-waf.ts';

const KEY = generateSigningKey();
const STRICT = { trustedKeys: trustOf(KEY), requireSignature: true };

const blocking = (value: string, rest: object = {}) =>
  configOf([ruleOf(`block-${value}`, { target: ['uri'], op: 'contains', value }, rest)]);

function slotsWith(options: Partial<ModuleSlotsOptions> = {}) {
  return createModuleSlots({ keepPrevious: 1, fuelLimit: 5_000_000, ...options });
}

test('own artifact - the real engine can be spliced and comes out unchanged', () => {
  const program = Buffer.alloc(300_000, 1);
  const spliced = spliceProgram(ENGINE, program);
  expect(WebAssembly.validate(spliced)).toBe(true);
  const parts = unspliceProgram(spliced);
  expect(digestOf(parts.engine)).toBe(digestOf(ENGINE));
  expect(Buffer.compare(parts.program, program)).toBe(0);
});

test('own artifact - a signed release is loaded as data, judges and explains', async () => {
  const slots = slotsWith();
  for (const [revision, word] of [
    ['v1', 'evil'],
    ['v2', 'worse'],
  ] as const) {
    const { bytes, digest } = universalWaf(blocking(word), revision, KEY);
    const { module, phases } = slots.activate(await slots.stage('universal-waf', bytes, STRICT));
    expect(module).toMatchObject({ revision, digest, foreign: false, semver: '1.0.0' });
    expect(Object.keys(phases).sort()).toEqual(['probe', 'stage', 'swap', 'verify']);
    const set = slots.current();
    expect(inspectWithSet(set, requestOf({ uri: `/${word}` }))).toMatchObject({
      action: 1,
      module: { revision },
      explanation: {
        rule: `block-${word}`,
        reason: 'rule',
        matches: [{ target: 'uri', offset: 1 }],
      },
      failure: null,
    });
    expect(inspectWithSet(set, requestOf({ uri: '/good' }))).toMatchObject({
      action: 0,
      explanation: null,
    });
  }
  slots.rollback('universal-waf');
  expect(inspectWithSet(slots.current(), requestOf({ uri: '/evil' })).action).toBe(1);
});

test('own artifact - a shadow match is told although the action is Allow', async () => {
  const slots = slotsWith();
  const { bytes } = universalWaf(blocking('evil', { mode: 'shadow' }), 'v1', KEY);
  slots.activate(await slots.stage('universal-waf', bytes, STRICT));
  expect(inspectWithSet(slots.current(), requestOf({ uri: '/evil' }))).toMatchObject({
    action: 0,
    module: { name: 'universal-waf' },
    explanation: { matches: [{ rule: 'block-evil', shadow: true }] },
  });
});

test('own artifact - used-up steps are told, with the action that the artifact asks for', async () => {
  const slots = slotsWith();
  const { bytes } = universalWaf(
    { ...blocking('evil'), max_steps: 1, on_budget: 'block' },
    'v1',
    KEY,
  );
  slots.activate(await slots.stage('universal-waf', bytes, STRICT));
  expect(inspectWithSet(slots.current(), requestOf({ uri: '/good' }))).toMatchObject({
    action: 1,
    explanation: { reason: 'budget' },
    failure: 'budget',
  });
});

test('own artifact - loaded as one module or as engine and data, it judges alike', () => {
  fc.assert(
    fc.property(configs, fc.array(requests, { minLength: 1, maxLength: 5 }), (config, batch) => {
      const { bytes, manifest } = universalWaf(config, 'v1');
      const parsed = readArtifact(bytes);
      if (parsed.kind !== 'secbeat') throw new Error('kind');
      const whole = WafInstance.instantiate(new WebAssembly.Module(bytes), manifest);
      const engine = new WebAssembly.Module(parsed.engine);
      const data = WafInstance.instantiate(engine, manifest, parsed.program);
      for (const request of batch) {
        expect(data.inspect(request)).toBe(whole.inspect(request));
        expect(data.explain()).toEqual(whole.explain());
      }
    }),
    { numRuns: 40 },
  );
});

test('own artifact - metering does not change what the real engine decides', () => {
  const { bytes, manifest } = universalWaf(blocking('evil'), 'v1');
  const module = new WebAssembly.Module(injectMetering(bytes));
  const { exports } = new WebAssembly.Instance(module);
  const fuel = exports.secbeat_fuel as WebAssembly.Global;
  fuel.value = 2 ** 31 - 1;
  const memory = new Uint8Array((exports.memory as WebAssembly.Memory).buffer);
  const plain = WafInstance.instantiate(new WebAssembly.Module(bytes), manifest);
  fc.assert(
    fc.property(requests, (request) => {
      fuel.value = 2 ** 31 - 1;
      const json = Buffer.from(
        JSON.stringify({ method: request.method, uri: request.uri, version: request.version }),
      );
      memory.set(json);
      const inspect = exports.inspect_request as (pointer: number, length: number) => number;
      const { method, uri, version } = request;
      const same = requestOf({
        method,
        uri,
        version,
        sourceIp: '',
        headers: [],
        body: null,
        now: 0,
      });
      expect(inspect(0, json.length)).toBe(plain.inspect(same));
      expect(fuel.value).toBeGreaterThan(0);
    }),
    { numRuns: 100 },
  );
});

test('own artifact - an engine that is trusted by digest needs no signature', async () => {
  const { bytes } = universalWaf(blocking('evil'), 'v0');
  const open = { ...STRICT, requireSignature: false };
  const knowing = slotsWith({ trustedEngines: new Set([digestOf(ENGINE)]) });
  const known = knowing.activate(await knowing.stage('universal-waf', bytes, open)).module;
  expect(known).toMatchObject({ foreign: false, revision: 'v1' });
  const unknowing = slotsWith();
  const unknown = unknowing.activate(await unknowing.stage('universal-waf', bytes, open)).module;
  expect(unknown).toMatchObject({ foreign: true, manifest: null });
  for (const slots of [knowing, unknowing]) {
    expect(inspectWithSet(slots.current(), requestOf({ uri: '/evil' })).action).toBe(1);
    expect(inspectWithSet(slots.current(), requestOf({ uri: '/good' })).action).toBe(0);
  }
});

test('own artifact - a program that the engine refuses never serves', async () => {
  const { bytes } = buildArtifact({
    engine: ENGINE,
    program: Buffer.from('not a rule program at all'),
    manifest: manifestFields(),
    signingKey: KEY,
  });
  await expect(slotsWith().stage('universal-waf', bytes, STRICT)).rejects.toMatchObject({
    code: 'WAF_ERR_ENGINE_PROGRAM_INVALID',
  });
});

test('own artifact - a program of another format is refused by name', async () => {
  const { program } = readOwn(universalWaf(blocking('evil'), 'v1').bytes);
  const { bytes } = buildArtifact({
    engine: ENGINE,
    program,
    manifest: manifestFields({ program_format: 99 }),
    signingKey: KEY,
  });
  await expect(slotsWith().stage('universal-waf', bytes, STRICT)).rejects.toThrow(/format 99/);
});

function readOwn(bytes: Uint8Array) {
  const parsed = readArtifact(bytes);
  if (parsed.kind !== 'secbeat') throw new Error('kind');
  return parsed;
}
