import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../src/artifact/digest.ts';
import { trustOf } from '../../../src/artifact/signing-key.ts';
import { ACTION_LOG } from '../../../src/engine/verdict.ts';
import { buildUniversalWaf } from '../../../src/pipeline/build-universal-waf.ts';
import { createUploadCheck } from '../../../src/pipeline/check-upload.ts';
import { answering, hostile } from '../../wasm-fixtures/fixtures.ts';
import { uriRule } from './memory-book.ts';
import { build, parts, signingKey } from './real-parts.ts';

describe('upload check', () => {
  const check = (signatureRequired: boolean) =>
    createUploadCheck({ trustedKeys: trustOf(signingKey), signatureRequired, fuelLimit: 100_000 });

  it('upload - a signed artifact of ours passes and shows its manifest', async () => {
    const { bytes, digest } = build([uriRule('a')]);
    expect(await check(true)('universal-waf', bytes)).toMatchObject({
      digest,
      manifest: { revision: 'v7' },
    });
  });

  it('upload - a foreign module passes the probe and has no manifest', async () => {
    const upload = answering(ACTION_LOG);
    expect(await check(true)('bots', upload)).toEqual({ digest: digestOf(upload), manifest: null });
  });

  it('upload - a foreign module that would hang or lie is refused', async () => {
    const cases: readonly [Uint8Array, RegExp][] = [
      [hostile.endlessLoop(), /^Invalid WASM module: /],
      [hostile.action7(), /action 7/],
    ];
    expect(cases).toHaveLength(2);
    for (const [upload, message] of cases) {
      const refusal = check(true)('bots', upload);
      await expect(refusal).rejects.toMatchObject({ kind: 'invalid' });
      await expect(refusal).rejects.toThrow(message);
    }
  });

  it('upload - what a node would refuse is refused with the same text and code', async () => {
    const { bytes } = build([uriRule('a')]);
    const forged = Uint8Array.from(bytes);
    forged[forged.length - 10] = (forged.at(-10) ?? 0) ^ 1;
    const unsigned = buildUniversalWaf({
      ...parts([uriRule('a')]),
      signingKey: undefined as never,
    });
    const cases: readonly [string, Uint8Array, string, RegExp][] = [
      ['../x', bytes, 'WAF_ERR_ENGINE_MODULE_NAME', /not a module name/],
      ['x', Buffer.from('hello'), 'WAF_ERR_ARTIFACT_NOT_WASM', /^Invalid WASM module: /],
      [
        'x',
        hostile.missingExport(),
        'WAF_ERR_ARTIFACT_EXPORTS',
        /^Invalid WASM module: missing inspect_request export$/,
      ],
      ['x', bytes.subarray(0, 500), 'WAF_ERR_ARTIFACT_TRUNCATED', /^Invalid WASM module: /],
      ['universal-waf', forged, 'WAF_ERR_ARTIFACT_SIGNATURE', /signature/],
      [
        'universal-waf',
        unsigned.ok ? unsigned.bytes : bytes,
        'WAF_ERR_ENGINE_SIGNATURE_REQUIRED',
        /trusted signature is required/,
      ],
    ];
    expect(cases).toHaveLength(6);
    for (const [name, upload, code, message] of cases) {
      const refusal = check(true)(name, upload);
      await expect(refusal, code).rejects.toMatchObject({ code, kind: 'invalid' });
      await expect(refusal, code).rejects.toThrow(message);
    }
  });
});
