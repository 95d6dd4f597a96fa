import type { Target } from '../fleet/desired-state.ts';

/** Why a release was made. */
export type ReleaseCause =
  | 'rules'
  | 'upload'
  | 'rollback'
  | 'kill-switch'
  | 'settings'
  | 'expiry'
  | 'start';

/**
 * One release: KV bucket `secbeat_releases`, key = revision. Written once when it is published; what the
 * nodes say about it is kept apart (acknowledgements) and joined when it is read.
 */
export interface ReleaseRecord {
  /** `v<N>` */
  readonly revision: string;
  readonly semver: string;
  readonly module: string;
  readonly digest: string;
  readonly content_digest: string;
  readonly size: number;
  readonly target: Target;
  readonly cause: ReleaseCause;
  /** Who asked: API key name, `file`, `waf-config`, `clock`. */
  readonly actor: string;
  readonly previous: string | null;
  readonly rules: {
    readonly total: number;
    readonly added: readonly string[];
    readonly changed: readonly string[];
    readonly removed: readonly string[];
  };
  /** Milliseconds since the epoch. `queued_at` is the oldest change that this release carries. */
  readonly queued_at: number;
  readonly compiled_at: number;
  readonly published_at: number;
  /** Nodes that were alive when it was published and are selected by `target`. */
  readonly expected_nodes: readonly string[];
}
