import type { Target } from '../fleet/desired-state.ts';
import type { FleetControl } from '../fleet/fleet.ts';
import type { NodeReport } from '../fleet/node-report.ts';
import type { Logger } from '../telemetry/logger.ts';
import { readCurrentRelease } from './current-release.ts';
import { expectedNodes } from './live-nodes.ts';
import { PipelineError } from './pipeline-error.ts';
import type { PipelineMetrics } from './pipeline-metrics.ts';
import { publish } from './publish.ts';
import type { ReleaseRecord } from './release.ts';
import { overtakenRecord } from './release.ts';
import type { ReleaseStore } from './release-store.ts';

/** Each is lost only to a release that was published in the same few milliseconds. */
const ATTEMPTS = 5;

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

/**
 * Publishes bytes that exist already under a fresh revision, past the queue. Whoever asks last wins: when
 * another release takes a higher revision on the way, this one takes one above it.
 */
export async function publishNow(
  ready: ReadyRelease,
  deps: PublishNowDeps,
): Promise<ReleaseRecord> {
  const { store, fleet, metrics, log } = deps;
  const nodes = await fleet.nodes();
  assertKnownNodes(ready.target, new Set(nodes.map(({ id }) => id)));
  let [number] = await Promise.all([
    deps.allocateRevision(),
    store.putArtifact(ready.digest, ready.bytes),
  ]);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const { record, isPublished } = await publishAs(number, ready, nodes, deps);
    if (isPublished) {
      metrics.activeRevision(record.module, number);
      return finished(record);
    }
    const isLast = attempt === ATTEMPTS;
    if (!isLast) number = await deps.allocateRevision();
    const overtaken = overtakenRecord(record, isLast ? undefined : `v${number}`);
    await store.correctRecord(overtaken);
    finished(overtaken);
  }
  throw new PipelineError(
    'WAF_ERR_PUBLISH_CONFLICT',
    'busy',
    `other releases of ${ready.module} were faster ${ATTEMPTS} times`,
  );

  function finished(record: ReleaseRecord): ReleaseRecord {
    const { revision, module, cause, actor, outcome, digest, size } = record;
    metrics.released(cause, outcome);
    log.info({ revision, module, cause, actor, outcome, digest, size }, 'release');
    return record;
  }
}

async function publishAs(
  number: number,
  { bytes, order, ...ready }: ReadyRelease,
  nodes: readonly NodeReport[],
  { store, fleet, log, now }: PublishNowDeps,
): Promise<{ record: ReleaseRecord; isPublished: boolean }> {
  const current = await readCurrentRelease(ready.module, fleet, store);
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
  const publication = { record, bytes, order, desired: current.desired };
  return { record, isPublished: await publish(publication, { fleet, log }) };
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
