import type { ActiveModule } from '../../engine/module-slot.ts';
import type { BucketSize } from '../proxy/token-buckets.ts';
import type { ModuleCandidate } from './data-plane.ts';
import type { DataPlaneConfig } from './data-plane-config.ts';

/**
 * What the primary asks a worker, by call kind:
 *
 *   configure  DataPlaneConfig           → null       once, first
 *   stage      WorkerCandidate           → token      verify, stage, probe
 *   activate   token                     → Activation
 *   discard    token                     → null
 *   rollback   name                      → Activation
 *   remove     name                      → Activation
 *   modules    null                      → ModuleIdentity[]
 *   listen     null                      → { port }   serve traffic
 *   totals     null                      → TrafficTotals
 *   events     limit                     → TrafficEvent[]
 *   close      graceMs                   → null
 *
 * What a worker asks the primary:
 *
 *   ready      null                      → null       once, when it listens
 *   take       TokenRequest              → seconds to wait, 0 when a token was taken
 *   publish    ObservedRequest[]         → null       traffic events, when NATS has taken them
 */
export type Configure = DataPlaneConfig;

/** A module for a worker, which reads the bytes from the store by their digest. */
export type WorkerCandidate = Omit<ModuleCandidate, 'bytes' | 'stored'>;

export interface TokenRequest {
  readonly key: string;
  readonly size: BucketSize;
  readonly now: number;
}

/** What makes two processes run the same. */
export type ModuleIdentity = Pick<
  ActiveModule,
  'name' | 'digest' | 'revision' | 'semver' | 'order'
>;

export function identify({ name, digest, revision, semver, order }: ActiveModule): ModuleIdentity {
  return { name, digest, revision, semver, order };
}

export function sameModule(a: ModuleIdentity, b: ModuleIdentity): boolean {
  return (
    a.name === b.name &&
    a.digest === b.digest &&
    a.revision === b.revision &&
    a.semver === b.semver &&
    a.order === b.order
  );
}
