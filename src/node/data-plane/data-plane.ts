import type { ActiveModule } from '../../engine/module-slot.ts';
import type { ReloadPhase } from '../node-metrics.ts';
import type { TrafficEvent } from '../traffic/event-ring.ts';
import type { TrafficTotals } from '../traffic/traffic-totals.ts';

/**
 * The proxies of this node and the modules that judge in them, however many processes that is.
 * Reloads come one at a time; the caller sees to that. Everything that changes modules covers all
 * processes or none: stage may fail and then changes nothing, activate cannot fail.
 */
export interface DataPlane {
  /** Processes that serve traffic. */
  readonly workers: number;
  /** Starts to accept requests; the modules loaded before judge from the first one on. */
  start(): Promise<{ readonly port: number }>;
  /** Verifies, compiles, instantiates and probes. Throws with a stable `code`. */
  stage(candidate: ModuleCandidate): Promise<StagedReload>;
  activate(staged: StagedReload): Promise<Activation>;
  /** Gives up a staged module. */
  discard(staged: StagedReload): Promise<void>;
  /** Back to the version before, which is still alive. Throws when none is kept. */
  rollback(name: string): Promise<Activation>;
  remove(name: string): Promise<Activation>;
  /** In the order they run. */
  modules(): readonly ActiveModule[];
  previous(name: string): ActiveModule | null;
  totals(): Promise<TrafficTotals>;
  /** Newest first. */
  events(limit: number): Promise<readonly TrafficEvent[]>;
  /** Stops accepting, finishes what is under way within `graceMs`, then cuts the rest. */
  close(graceMs: number): Promise<void>;
}

/** How a module came to run here; see `ObservedModule.origin`. */
export type ModuleOrigin = 'fleet' | 'upload' | 'rollback' | 'last-known-good';

/** A module that somebody wants to run. */
export interface ModuleCandidate {
  readonly name: string;
  readonly digest: string;
  readonly bytes: Uint8Array;
  /** Settles when the bytes are in the module store, from which worker processes read them. */
  readonly stored: Promise<void>;
  readonly origin: ModuleOrigin;
  /** Absent: after those that run, or where the module of this name ran before. */
  readonly order?: number;
  /** What to call it; absent: what its manifest says, else the next local number. */
  readonly revision?: string;
  readonly semver?: string;
}

export interface StagedReload {
  readonly name: string;
  readonly module: ActiveModule;
  readonly phases: ReloadPhases;
}

export interface Activation {
  /** What runs under the name now; null after a removal. */
  readonly module: ActiveModule | null;
  readonly previous: ActiveModule | null;
  /** Milliseconds in which a request could have found no module: the swap of a reference. */
  readonly downtime_ms: number;
  /** Requests accepted between the start of staging and the swap. */
  readonly requests_during_reload: number;
  readonly phases: ReloadPhases;
}

/** Milliseconds. */
export type ReloadPhases = Readonly<Partial<Record<ReloadPhase, number>>>;
