import type { Target } from '../fleet/desired-state.ts';
import type { FleetControl } from '../fleet/fleet.ts';
import type { Logger } from '../telemetry/logger.ts';
import { readCurrentRelease } from './current-release.ts';
import { expectedNodes } from './live-nodes.ts';
import { PipelineError } from './pipeline-error.ts';
import type { PipelineMetrics } from './pipeline-metrics.ts';
import { publish } from './publish.ts';
import type { ReleaseRecord } from './release.ts';
import { revisionNumber } from './release.ts';
import type { ReleaseStore } from './release-store.ts';

export interface PublishNowDeps {
  readonly store: ReleaseStore;
  readonly fleet: Pick<FleetControl, 'desired' | 'announce' | 'nodes'>;
  readonly allocateRevision: () => Promise<number>;
  readonly metrics: PipelineMetrics;
  readonly log: Logger;
  readonly now: () => number;
}

/** What an upload or a rollback brings; the rest of its record follows from the moment it is published. */
export type ReadyRelease = Pick<
  ReleaseRecord,
  | 'module'
  | 'digest'
  | 'content_digest'
  | 'config_digest'
  | 'size'
  | 'target'
  | 'cause'
  | 'actor'
  | 'rules'
  | 'queued_at'
  | 'restores'
> & { readonly bytes: Uint8Array; readonly order?: number | undefined; readonly semver?: string };

/** Publishes bytes that exist already under a fresh revision, past the queue. */
export async function publishNow(
  { bytes, order, ...ready }: ReadyRelease,
  deps: PublishNowDeps,
): Promise<ReleaseRecord> {
  const { store, fleet, metrics, log, now } = deps;
  const nodes = await fleet.nodes();
  assertKnownNodes(ready.target, new Set(nodes.map(({ id }) => id)));
  const [number, current] = await Promise.all([
    deps.allocateRevision(),
    readCurrentRelease(ready.module, fleet, store),
    store.putArtifact(ready.digest, bytes),
  ]);
  const published_at = now();
  const record: ReleaseRecord = {
    semver: `1.0.${number}`,
    ...ready,
    revision: `v${number}`,
    previous: current.revision,
    compiled_at: ready.queued_at,
    published_at,
    expected_nodes: expectedNodes(nodes, ready.target, published_at),
    outcome: 'published',
  };
  if (!(await store.createRecord(record))) throw new Error(`${record.revision} exists already`);
  await publish({ record, bytes, order, desired: current.desired }, { fleet, log });
  metrics.released(record.cause, 'published');
  metrics.activeRevision(record.module, revisionNumber(record.revision));
  const { revision, module, cause, actor, digest, size } = record;
  log.info({ revision, module, cause, actor, digest, size }, 'release');
  return record;
}

function assertKnownNodes(target: Target, known: ReadonlySet<string>): void {
  const unknown =
    target !== 'all' && 'nodes' in target ? target.nodes.filter((id) => !known.has(id)) : [];
  if (unknown.length === 0) return;
  throw new PipelineError(
    'WAF_ERR_PUBLISH_NODE_UNKNOWN',
    'unknown',
    `no node has reported as ${unknown.join(', ')}; known: ${[...known].sort().join(', ') || 'none'}`,
  );
}
