import type { ManifestAction } from './manifest-action.ts';

/**
 * What an artifact says about itself: JSON in the custom section `secbeat.manifest`.
 * `content_digest` names the behaviour (engine, program, rule table); the artifact's own digest also
 * covers revision, time and signature, so two releases of equal behaviour differ in the second only.
 */
export interface Manifest {
  readonly format: 1;
  /** Module name, `universal-waf` for ours. */
  readonly name: string;
  /** `v<N>`: the release counter. `v0` when built by hand. */
  readonly revision: string;
  /** Semantic version that goes with the revision, e.g. `1.0.42`. */
  readonly semver: string;
  /** RFC 3339 UTC; given by the builder, never read from a clock, so that builds are repeatable. */
  readonly created_at: string;
  /** `sha256:<hex>` of the rule-free engine.wasm. */
  readonly engine_digest: string;
  /** `sha256:<hex>` of the rule program bytes. */
  readonly program_digest: string;
  /** `sha256:<hex>` over the canonical JSON of everything that decides behaviour. */
  readonly content_digest: string;
  /** Layout version of the rule program, `PROGRAM_FORMAT` of the layout schema. */
  readonly program_format: number;
  readonly program_bytes: number;
  /** Static bound on the steps of one inspection, before the budget cuts it. */
  readonly worst_case_steps: number;
  readonly max_steps: number;
  readonly on_budget: 'block' | 'allow' | 'log';
  /** What the rules look at in responses: absent means `none`; status and headers count as `headers`. */
  readonly inspects_response?: 'none' | 'headers' | 'body';
  readonly thresholds: Readonly<Record<string, number>>;
  /** Rule table; the index in it is the rule index of the program and of the explanation. */
  readonly rules: readonly ManifestRule[];
}

export interface ManifestRule {
  readonly id: string;
  readonly mode: 'enforce' | 'shadow';
  readonly action: ManifestAction;
  /** What a person sees: the pattern, or a one-line rendering of the conditions; at most 200 characters. */
  readonly pattern: string;
  readonly severity?: string;
  readonly tags?: readonly string[];
  readonly title?: string;
  readonly priority?: number;
  readonly created_at?: string;
  readonly expires_at?: string;
  /** `dynamic` rules came through the API, `static` ones from files. */
  readonly source?: string;
}
