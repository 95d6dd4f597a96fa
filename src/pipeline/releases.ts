import type { DesiredModule, Target } from '../fleet/desired-state.ts';
import type { Acknowledgement, NodeReport } from '../fleet/node-report.ts';
import type { ReleaseRecord } from './release.ts';

/** What the HTTP API and the CLI ask of the pipeline. Errors are `PipelineError` with a `code` and an HTTP-independent `kind`. */
export interface Releases {
  list(limit: number): Promise<readonly ReleaseView[]>;
  get(revision: string): Promise<ReleaseView | undefined>;
  /** Waits until every expected node has answered for `revision`, or `timeoutMs` is over. */
  settled(revision: string, timeoutMs: number): Promise<ReleaseView>;
  /** Puts a module under a name on the target nodes: verifies, archives, publishes, waits for answers. */
  deployModule(upload: ModuleUpload): Promise<ReleaseView>;
  /** Publishes the artifact of an earlier revision again, in the urgent lane; default: the one before. */
  rollback(request: {
    readonly revision?: string;
    readonly target: Target;
    readonly actor: string;
  }): Promise<ReleaseView>;
  /** Compares observed with desired digests, tells drifted nodes to reconcile, and proves the result. */
  syncVersions(timeoutMs: number): Promise<SyncReport>;
  nodes(): Promise<readonly NodeView[]>;
  /** What the fleet should run, in the order in which nodes run it. */
  modules(): Promise<readonly DesiredModule[]>;
  /** Takes a module off the fleet and waits until no live node reports it any more. */
  removeModule(removal: ModuleRemoval): Promise<RemovalReport>;
}

/** A release with what the nodes have said so far. */
export interface ReleaseView extends ReleaseRecord {
  readonly acks: readonly Acknowledgement[];
  /** Expected nodes that have not answered. */
  readonly waiting: readonly string[];
  readonly converged: boolean;
  /** The slowest ACK, milliseconds; null until one came. */
  readonly publish_to_active_ms: {
    readonly p50: number;
    readonly p99: number;
    readonly max: number;
  } | null;
}

export interface ModuleUpload {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly target: Target;
  readonly actor: string;
  readonly order?: number;
  readonly timeoutMs: number;
}

export interface ModuleRemoval {
  readonly name: string;
  readonly actor: string;
  readonly timeoutMs: number;
}

export interface RemovalReport {
  /** Nobody who ran it still does. */
  readonly success: boolean;
  /** Ids of the nodes that ran it and say that they no longer do, sorted. */
  readonly removed_from: readonly string[];
  /** Ids of the nodes that still report it, sorted. */
  readonly failed: readonly string[];
  /** Node id → why it still runs there. */
  readonly errors: Readonly<Record<string, string>>;
}

export interface NodeView {
  readonly report: NodeReport;
  readonly alive: boolean;
  /** Modules whose observed digest is not the desired one. */
  readonly drift: readonly {
    readonly module: string;
    readonly expected: string;
    readonly got: string | null;
    readonly message: string;
  }[];
}

export interface SyncReport {
  readonly success: boolean;
  readonly checked: number;
  readonly drifted: readonly {
    readonly node: string;
    readonly module: string;
    readonly expected: string;
    readonly got: string | null;
    readonly message: string;
  }[];
  readonly repaired: readonly string[];
  readonly failed: readonly { readonly node: string; readonly error: string }[];
}
