import type { ReleaseCause, ReleaseOutcome } from './release.ts';

export type ReleasePhase = 'take' | 'compile' | 'store' | 'record' | 'assign' | 'announce';

/** What the pipeline counts and times. Durations are seconds. Implemented by `src/telemetry`. */
export interface PipelineMetrics {
  /** A marker was offered to Redis; `taken` is false when Redis did not answer in time. */
  marked(lane: 'normal' | 'urgent', taken: boolean): void;
  /** From the oldest change of a release until a worker took it. */
  queueWait(seconds: number): void;
  releasePhase(phase: ReleasePhase, seconds: number): void;
  /** A revision was settled by a worker, an upload or a rollback. */
  released(cause: ReleaseCause, outcome: ReleaseOutcome): void;
  /** A worker run threw and will be tried again. */
  releaseFailed(code: string): void;
  /** From publication until one node ran it, by that node's clock. */
  publishToActive(module: string, seconds: number): void;
  /** A node refused a revision. */
  rejectedByNode(module: string): void;
  /** Nodes that report, and those of them whose digests are the desired ones. */
  fleet(alive: number, converged: number): void;
  activeRevision(module: string, revision: number): void;
}
