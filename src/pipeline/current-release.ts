import { isDeepStrictEqual } from 'node:util';
import type { DesiredState, Target } from '../fleet/desired-state.ts';
import type { Versioned } from '../fleet/document.ts';
import type { FleetControl } from '../fleet/fleet.ts';
import type { ReleaseRecord } from './release.ts';
import type { ReleaseStore } from './release-store.ts';

/** What the fleet should run under one module name, as it was read. */
export interface CurrentRelease {
  readonly desired: Versioned<DesiredState> | undefined;
  /** The record of the assignment that was asked for; undefined when there is none. */
  readonly record: ReleaseRecord | undefined;
  /** Highest revision assigned; null before the first. */
  readonly revision: string | null;
  /** Every node should run `record`. */
  readonly uniform: boolean;
}

/** Reads the latest assignment of a module, or the latest that was made for `target` or for all. */
export async function readCurrentRelease(
  module: string,
  fleet: Pick<FleetControl, 'desired'>,
  store: Pick<ReleaseStore, 'record'>,
  target?: Target,
): Promise<CurrentRelease> {
  const desired = await fleet.desired.read();
  const assignments = desired?.value.modules[module]?.assignments ?? [];
  const latest = assignments.at(-1);
  const wanted =
    target === undefined
      ? latest
      : assignments.findLast(
          (each) => each.target === 'all' || isDeepStrictEqual(each.target, target),
        );
  return {
    desired,
    record: wanted === undefined ? undefined : await store.record(wanted.revision),
    revision: latest?.revision ?? null,
    uniform: assignments.length === 1 && latest?.target === 'all',
  };
}
