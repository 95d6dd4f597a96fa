import { describe, expect, test } from 'vitest';
import { appendSignature } from '../../../src/artifact/signature.ts';
import { generateSigningKey } from '../../../src/artifact/signing-key.ts';
import { createModuleLoader } from '../../../src/engine/module-loader.ts';
import { plainArtifact } from '../../wasm-fixtures/artifacts.ts';
import { answering, hostile } from '../../wasm-fixtures/fixtures.ts';
import { requestOf } from './requests.ts';
import { actionOf, FUEL_LIMIT, KEY, OPEN, run, slotsWith } from './slots.ts';

const loader = createModuleLoader({ fuelLimit: FUEL_LIMIT });

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

describe('loader - refused modules', () => {
  const slots = slotsWith({ loader });

  test.each(
    refusals,
  )('loader - %s is refused with its exact text, the old version serves on', async (name, code, text) => {
    if (slots.versions('a').length === 0) await run(slots, 'a', answering(2));
    const error = await slots.stage('a', hostile[name](), OPEN).catch((cause) => cause);
    expect(error).toMatchObject({
      name: 'ReloadError',
      code: `WAF_ERR_${code}`,
      message: `Invalid WASM module: ${text}`,
    });
    expect(actionOf(slots)).toBe(2);
    expect(slots.current().find('a')?.revision).toBe('v1');
  });

  test('loader - the table of refusals is complete', () => {
    expect(refusals).toHaveLength(16);
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
)('loader - %s is refused where a trusted one is required', async (_, bytes, text) => {
  const staging = slotsWith({ loader }).stage('a', bytes, {
    ...OPEN,
    requireSignature: true,
  });
  await expect(staging).rejects.toThrow(`Invalid WASM module: ${text}`);
});

test('loader - a wrong signature is refused even where none is required', async () => {
  await expect(slotsWith({ loader }).stage('a', signatures[2]![1], OPEN)).rejects.toThrow(
    'signature does not match',
  );
});

test('loader - a foreign module passes all phases', async () => {
  const { module, phases } = await run(slotsWith({ loader }), 'a', answering(1));
  expect(module?.inspector.inspect(requestOf())).toBe(1);
  expect(Object.keys(phases).sort()).toEqual(['probe', 'stage', 'swap', 'verify']);
});

test('loader - an artifact of ours without a trusted signature runs as a foreign module', async () => {
  const { module } = await run(slotsWith({ loader }), 'a', plainArtifact().bytes);
  expect(module).toMatchObject({ foreign: true, manifest: null, signature: { state: 'unsigned' } });
});
