import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ArtifactError } from '../../../src/artifact/artifact-error.ts';
import { concat, encodeCustomSection } from '../../../src/artifact/byte-writer.ts';
import { contentDigest } from '../../../src/artifact/content-digest.ts';
import { describeArtifact } from '../../../src/artifact/describe-artifact.ts';
import { digestOf } from '../../../src/artifact/digest.ts';
import { readArtifact } from '../../../src/artifact/read-artifact.ts';
import { appendSignature, verifySignature } from '../../../src/artifact/signature.ts';
import { generateSigningKey, trustOf } from '../../../src/artifact/signing-key.ts';
import { ENGINE_MIN_PAGES } from '../../../src/config/layout.gen.ts';
import { LIMITS } from '../../../src/config/limits.ts';
import { plainArtifact } from '../../wasm-fixtures/artifacts.ts';
import { answering, hostile, plainEngine } from '../../wasm-fixtures/fixtures.ts';

const KEY = generateSigningKey();
const SIGNED = plainArtifact({}, KEY);

test('artifact - what was built is read back, and belongs together', () => {
  const parsed = readArtifact(SIGNED.bytes);
  if (parsed.kind !== 'secbeat') throw new Error('kind');
  expect(parsed.manifest).toEqual(SIGNED.manifest);
  expect(parsed.digest).toBe(SIGNED.digest);
  expect(Buffer.compare(parsed.engine, plainEngine())).toBe(0);
  expect(parsed.manifest.engine_digest).toBe(digestOf(plainEngine()));
  expect([...parsed.program]).toEqual([1, 2, 3]);
  expect(WebAssembly.validate(SIGNED.bytes)).toBe(true);
});

test('artifact - the same parts give the same bytes', () => {
  expect(plainArtifact({}, KEY).digest).toBe(SIGNED.digest);
  const shuffled = Object.fromEntries(Object.entries(SIGNED.manifest).reverse());
  expect(plainArtifact(keepFields(shuffled), KEY).digest).toBe(SIGNED.digest);
});

test('artifact - the content digest follows behaviour, not the release', () => {
  const later = plainArtifact({
    revision: 'v9',
    semver: '2.0.0',
    created_at: '2027-01-01T00:00:00Z',
  });
  expect(later.digest).not.toBe(SIGNED.digest);
  expect(later.manifest.content_digest).toBe(SIGNED.manifest.content_digest);
  expect(contentDigest(SIGNED.manifest)).toBe(SIGNED.manifest.content_digest);
  const different = [
    plainArtifact({ max_steps: 5 }),
    plainArtifact({ thresholds: {} }),
    plainArtifact({ rules: [] }),
    plainArtifact({}, undefined, Uint8Array.of(9)),
  ].map((built) => built.manifest.content_digest);
  expect(new Set([...different, SIGNED.manifest.content_digest]).size).toBe(5);
});

test('signature - its four states are told apart', () => {
  const other = generateSigningKey();
  const state = (bytes: Uint8Array) => verifySignature(readArtifact(bytes), trustOf(KEY));
  expect(state(SIGNED.bytes)).toEqual({ state: 'trusted', key_id: KEY.keyId });
  expect(state(plainArtifact().bytes)).toEqual({ state: 'unsigned' });
  expect(state(plainArtifact({}, other).bytes)).toEqual({
    state: 'untrusted-key',
    key_id: other.keyId,
  });
  const forged = appendSignature(plainArtifact().bytes, { ...other, keyId: KEY.keyId });
  expect(state(forged)).toEqual({ state: 'invalid', key_id: KEY.keyId });
});

test('signature - a foreign module can be signed too', () => {
  const parsed = readArtifact(appendSignature(answering(0), KEY));
  expect(parsed.kind).toBe('foreign');
  expect(verifySignature(parsed, trustOf(KEY)).state).toBe('trusted');
});

test('artifact - no changed byte is ever trusted, and no bytes throw anything but ArtifactError', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(SIGNED.bytes.length - 1), fc.nat(255)), {
        minLength: 1,
        maxLength: 3,
      }),
      fc.option(fc.nat(SIGNED.bytes.length), { nil: SIGNED.bytes.length }),
      (changes, length) => {
        const mutant = SIGNED.bytes.slice(0, length);
        for (const [position, value] of changes) mutant[position] = value;
        fc.pre(Buffer.compare(mutant, SIGNED.bytes) !== 0);
        try {
          expect(verifySignature(readArtifact(mutant), trustOf(KEY)).state).not.toBe('trusted');
        } catch (error) {
          expect(error).toBeInstanceOf(ArtifactError);
        }
      },
    ),
    { numRuns: 3000 },
  );
});

test('artifact - random bytes behind a valid header throw ArtifactError or are foreign modules', () => {
  const header = answering(0).subarray(0, 8);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (tail) => {
      try {
        readArtifact(concat([header, tail]));
      } catch (error) {
        expect(error).toBeInstanceOf(ArtifactError);
      }
    }),
    { numRuns: 3000 },
  );
});

const custom = (name: string, text: string) => encodeCustomSection(name, Buffer.from(text));
const { bytes: unsigned, manifest } = plainArtifact();
const withManifest = (value: unknown) =>
  concat([
    unsigned.subarray(0, readArtifact(unsigned).sections.at(-1)!.offset),
    custom('secbeat.manifest', JSON.stringify(value)),
  ]);

const refusals: [string, () => Uint8Array, string, string][] = [
  ['an empty file', () => new Uint8Array(), 'NOT_WASM', 'not a WebAssembly binary'],
  ['a text file', () => Buffer.from('(module)'), 'NOT_WASM', 'not a WebAssembly binary'],
  [
    'a component',
    () => Uint8Array.of(0, 97, 115, 109, 13, 0, 1, 0),
    'NOT_WASM',
    'not a WebAssembly binary',
  ],
  [
    'a cut-off file',
    () => answering(0).subarray(0, 60),
    'TRUNCATED',
    'truncated section at offset 59',
  ],
  [
    'a cut-off data segment',
    hostile.dataBeyondSection,
    'TRUNCATED',
    'truncated section at offset 74',
  ],
  ['a missing export', hostile.missingExport, 'EXPORTS', 'missing inspect_request export'],
  ['a missing memory export', hostile.missingMemoryExport, 'EXPORTS', 'missing memory export'],
  [
    'another signature',
    hostile.wrongSignature,
    'EXPORTS',
    'inspect_request must be a function (i32, i32) -> i32',
  ],
  ['imports', hostile.importsAbort, 'IMPORTS', 'imports are not allowed (env.abort)'],
  ['no memory', hostile.noMemory, 'MEMORY', 'exactly one memory is needed, found 0'],
  ['no memory maximum', hostile.noMemoryMaximum, 'MEMORY', 'memory has no declared maximum'],
  ['a huge memory', hostile.hugeMemory, 'MEMORY', 'memory maximum of 65536 pages exceeds 256'],
  ['a huge table', hostile.hugeTable, 'TABLE', 'tables of 5000000 entries exceed 65536'],
  [
    'a repeated section',
    () => concat([answering(0), answering(0).subarray(8)]),
    'MALFORMED',
    'misplaced or repeated section 1 at offset 65',
  ],
  [
    'an unknown section',
    () => concat([answering(0), [13, 0]]),
    'MALFORMED',
    'unsupported section 13 at offset 65',
  ],
  [
    'a manifest that is not JSON',
    () => concat([unsigned, custom('secbeat.manifest', '{')]),
    'MANIFEST',
    `section secbeat.manifest is misplaced or repeated at offset ${readArtifact(unsigned).sections.at(-1)!.offset}`,
  ],
  [
    'a manifest with an unknown key',
    () => withManifest({ ...manifest, extra: 1 }),
    'MANIFEST',
    'manifest/extra is not a known key',
  ],
  [
    'a manifest of another engine',
    () => withManifest({ ...manifest, engine_digest: digestOf('x') }),
    'MANIFEST',
    'manifest/engine_digest does not match the bytes',
  ],
  [
    'a manifest with other rules',
    () => withManifest({ ...manifest, rules: [] }),
    'MANIFEST',
    'manifest/content_digest does not match the bytes',
  ],
  [
    'a manifest without a program',
    () => concat([plainEngine(), custom('secbeat.manifest', JSON.stringify(manifest))]),
    'NO_PROGRAM',
    'no rule program: there is no data section',
  ],
  [
    'a section behind the signature',
    () => concat([SIGNED.bytes, custom('x', '')]),
    'SIGNATURE',
    `section secbeat.signature is misplaced or repeated at offset ${readArtifact(SIGNED.bytes).sections.at(-1)!.offset}`,
  ],
  [
    'a signature of another kind',
    () => concat([unsigned, custom('secbeat.signature', '{"algorithm":"rsa"}')]),
    'SIGNATURE',
    'signature section is not an ed25519 signature',
  ],
  [
    'a signature that is not JSON',
    () => concat([unsigned, custom('secbeat.signature', 'null?')]),
    'SIGNATURE',
    'signature section is not JSON',
  ],
  [
    'a JSON null as signature',
    () => concat([unsigned, custom('secbeat.signature', 'null')]),
    'SIGNATURE',
    'signature section is not an ed25519 signature',
  ],
  [
    'too many bytes',
    () => new Uint8Array(LIMITS.artifact.max_bytes + 1),
    'TOO_LARGE',
    `larger than ${LIMITS.artifact.max_bytes} bytes`,
  ],
];

test.each(refusals)('artifact - refuses %s with its exact text', (_, bytes, code, text) => {
  expect(() => readArtifact(bytes())).toThrow(
    expect.objectContaining({
      code: `WAF_ERR_ARTIFACT_${code}`,
      message: `Invalid WASM module: ${text}`,
    }),
  );
});

test('artifact - the table of refusals is complete', () => {
  expect(refusals).toHaveLength(25);
});

test('describe - says what inspect prints', () => {
  const description = describeArtifact(SIGNED.bytes, trustOf(KEY));
  expect(description).toMatchObject({
    kind: 'secbeat',
    digest: SIGNED.digest,
    size: SIGNED.bytes.length,
    memory: { min: ENGINE_MIN_PAGES, max: 1024 },
    signature: { state: 'trusted' },
    manifest: { revision: 'v1' },
    rules: [{ id: 'r1' }],
  });
  expect(description.sections.map(({ name }) => name)).toEqual([
    'type',
    'function',
    'memory',
    'export',
    'code',
    'data',
    'custom secbeat.manifest',
    'custom secbeat.signature',
  ]);
  expect(describeArtifact(answering(0))).toMatchObject({
    kind: 'foreign',
    manifest: null,
    rules: [],
  });
});

function keepFields(manifest: Record<string, unknown>): Record<string, never> {
  const { format, engine_digest, program_digest, content_digest, program_bytes, ...fields } =
    manifest;
  return fields as Record<string, never>;
}
