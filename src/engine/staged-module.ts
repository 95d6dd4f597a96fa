import type { TrustedKeys } from '../artifact/signing-key.ts';
import type { ReloadPhases } from './phase-timer.ts';
import type { RunningModule } from './running-set.ts';

/** How a module should come to run under a name. */
export interface StageRequest {
  readonly trustedKeys: TrustedKeys;
  readonly requireSignature: boolean;
  /** Default: what the manifest says, else the next local number. */
  readonly revision?: string;
  readonly semver?: string;
  /** Default: where the module of this name runs, else after all others. */
  readonly order?: number;
  readonly signal?: AbortSignal;
}

/** Ready to serve, not serving. Forgetting it is enough to discard it. */
export interface StagedModule {
  readonly name: string;
  /** As it will be listed; `loadedAt` is set again when it is activated. */
  readonly module: RunningModule;
  readonly phases: ReloadPhases;
  /** Requests acquired before staging began. */
  readonly acquiredBefore: number;
}

/** A swap that has happened. */
export interface SlotActivation {
  /** What runs under the name now; null after a removal. */
  readonly module: RunningModule | null;
  readonly previous: RunningModule | null;
  readonly generation: number;
  /** How long the assignment of the new set took: no request can be served in that time. */
  readonly swap_us: number;
  readonly downtime_ms: number;
  /** Requests that were given a set between the start of staging and the swap. */
  readonly requests_during_reload: number;
  readonly phases: ReloadPhases;
}
