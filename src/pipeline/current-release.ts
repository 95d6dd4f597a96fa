import type { DesiredState } from '../fleet/desired-state.ts';
import type { Versioned } from '../fleet/document.ts';
import type { FleetControl } from '../fleet/fleet.ts';
import type { ReleaseRecord } from './release.ts';
import type { ReleaseStore } from './release-store.ts';

/** What the fleet should run under one module name, as it was read. */
export interface CurrentRelease {
  readonly desired: Versioned<DesiredState> | undefined;
  /** The record of the latest assignment, whatever its target; undefined before the first. */
  readonly record: ReleaseRecord | undefined;
  /** Highest revision assigned; null before the first. */
  readonly revision: string | null;
  /** Every node should run `record`. */
  readonly uniform: boolean;
}

export async function readCurrentRelease(
  module: string,
  fleet: Pick<FleetControl, 'desired'>,
  store: Pick<ReleaseStore, 'record'>,
): Promise<CurrentRelease> {
  const desired = await fleet.desired.read();
  const assignments = desired?.value.modules[module]?.assignments ?? [];
  const latest = assignments.at(-1);
  return {
    desired,
    record: latest === undefined ? undefined : await store.record(latest.revision),
    revision: latest?.revision ?? null,
    uniform: assignments.length === 1 && latest?.target === 'all',
  };
}
