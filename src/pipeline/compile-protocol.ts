import type { SigningKey } from '../artifact/signing-key.ts';
import type { Diagnostic } from '../rules/diagnostic.ts';
import type { WafConfig } from '../rules/model.ts';

/** What the compile thread is started with. */
export interface CompileThreadData {
  readonly signingKey: SigningKey | null;
}

/** A release to build. `sources` says for each rule id where the rule came from. */
export interface BuildJob {
  readonly config: WafConfig;
  readonly sources: ReadonlyMap<string, 'static' | 'dynamic'>;
  readonly revision: string;
  readonly semver: string;
  /** RFC 3339 UTC. */
  readonly createdAt: string;
}

export type BuildResult = BuiltRelease | BuildRefused;

export interface BuiltRelease {
  readonly ok: true;
  readonly bytes: Uint8Array;
  readonly digest: string;
  readonly contentDigest: string;
  /** The packed waf-config, to be archived. */
  readonly config: { readonly bytes: Uint8Array; readonly digest: string };
  readonly ruleDigests: ReadonlyMap<string, string>;
}

export interface BuildRefused {
  readonly ok: false;
  readonly diagnostics: readonly Diagnostic[];
}

/** Messages between the two ends; `id` joins an answer to its request. */
export type CompileRequest =
  | { readonly id: number; readonly kind: 'build'; readonly job: BuildJob }
  | { readonly id: number; readonly kind: 'check'; readonly config: WafConfig };

export type CompileAnswer =
  | { readonly id: number; readonly result: BuildResult | readonly Diagnostic[] }
  | { readonly id: number; readonly error: { readonly code?: string; readonly message: string } };
