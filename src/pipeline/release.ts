import type { Target } from '../fleet/desired-state.ts';
import type { Diagnostic } from '../rules/diagnostic.ts';

/** Name of the module that is built from the rules. */
export const UNIVERSAL_WAF = 'universal-waf';

/** Why a release was made. */
export type ReleaseCause =
  | 'rules'
  | 'upload'
  | 'rollback'
  | 'kill-switch'
  | 'settings'
  | 'tuning'
  | 'expiry'
  | 'start';

/**
 * What became of a promised revision:
 *
 *   published   the nodes were told to run it
 *   unchanged   it behaves like what already runs (`previous`), so nothing was sent
 *   superseded  a higher revision was published first; `superseded_by` carries the same, if anything does
 *   failed      the rules could not be built (`diagnostics`); `previous` goes on running
 */
export type ReleaseOutcome = 'published' | 'unchanged' | 'superseded' | 'failed';

/**
 * One release: KV bucket `secbeat_releases`, key = revision. Written before it is published, and corrected
 * only when a higher revision is published in between; what the nodes say about it is kept apart
 * (acknowledgements) and joined when it is read.
 */
export interface ReleaseRecord {
  /** `v<N>` */
  readonly revision: string;
  readonly semver: string;
  readonly module: string;
  /** '' when nothing was built (`superseded`, `failed`). */
  readonly digest: string;
  readonly content_digest: string;
  readonly size: number;
  readonly target: Target;
  readonly cause: ReleaseCause;
  /** Who asked: API key name, `file`, `waf-config`, `clock`. */
  readonly actor: string;
  /** The revision of the module that ran before, null for the first. */
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
  readonly outcome: ReleaseOutcome;
  /** Archived waf-config (gzip'd JSON) that the artifact was built from; null for uploads. */
  readonly config_digest: string | null;
  /** Released while the kill switch was engaged: every rule of it is in shadow mode. */
  readonly killed?: boolean;
  /** The revision whose bytes a rollback published again. */
  readonly restores?: string;
  readonly superseded_by?: string;
  readonly diagnostics?: readonly Diagnostic[];
}

/** The number in `v<N>`; NaN for any other text. */
export function revisionNumber(revision: string): number {
  return /^v\d{1,15}$/.test(revision) ? Number(revision.slice(1)) : Number.NaN;
}

/** What is recorded of a release that a higher revision overtook on its way to the nodes. */
export function overtakenRecord(record: ReleaseRecord, successor?: string): ReleaseRecord {
  return {
    ...record,
    expected_nodes: [],
    outcome: 'superseded',
    ...(successor === undefined ? {} : { superseded_by: successor }),
  };
}
