import type { Manifest } from '../artifact/manifest.ts';
import type { TrustedKeys } from '../artifact/signing-key.ts';
import { ModuleSlots } from '../engine/module-slots.ts';
import { PipelineError } from './pipeline-error.ts';
import { UNIVERSAL_WAF } from './release.ts';

/** What is known of an upload that a node would run. */
export interface CheckedUpload {
  readonly digest: string;
  /** null: a foreign module. */
  readonly manifest: Manifest | null;
}

/** Rejects with PipelineError of kind `invalid` that carries the code and text a node would answer. */
export type UploadCheck = (name: string, bytes: Uint8Array) => Promise<CheckedUpload>;

export interface UploadCheckOptions {
  readonly trustedKeys: TrustedKeys;
  /** Whether universal-waf needs the signature of a trusted key; other modules run metered anyway. */
  readonly signatureRequired: boolean;
  /** Instructions that a foreign module may execute for one request. */
  readonly fuelLimit: number;
  /** Engines that run unmetered without a signature, such as the one this package ships. */
  readonly trustedEngines?: ReadonlySet<string>;
}

/**
 * Stages an upload just as a node does (verify, compile, probe within a time limit) and drops it again:
 * what would be refused everywhere is refused before it is published.
 */
export function createUploadCheck(options: UploadCheckOptions): UploadCheck {
  const { trustedKeys, signatureRequired, fuelLimit, trustedEngines = new Set() } = options;

  return async (name, bytes) => {
    const requireSignature = name === UNIVERSAL_WAF && signatureRequired;
    const slots = new ModuleSlots({ keepPrevious: 0, fuelLimit, trustedEngines });
    try {
      const { module } = await slots.stage(name, bytes, { trustedKeys, requireSignature });
      return { digest: module.digest, manifest: module.manifest };
    } catch (error) {
      const { code, message } = error as Error & { readonly code: string };
      throw new PipelineError(code, 'invalid', message, { cause: error });
    }
  };
}
