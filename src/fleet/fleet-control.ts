import type { NatsSettings } from '../config/settings.ts';
import { openArtifactObjects } from './artifact-objects.ts';
import type { FleetConnection } from './connection.ts';
import type { FleetControl } from './fleet.ts';
import { createKeyValueBuckets } from './key-value-buckets.ts';
import { createKvDocument } from './kv-document.ts';
import { createKvRecords, forget, numberOf } from './kv-records.ts';
import { createNodeWatch } from './node-watch.ts';
import { encodeReloadHint } from './reload-hint.ts';
import { requestReconcile } from './request-reconcile.ts';
import { isDesiredState } from './shapes/desired-state.ts';
import { isObject } from './shapes/shape.ts';
import { assertName, DESIRED_KEY, fleetNames } from './subjects.ts';

/** Acknowledgements of this many revisions are kept. */
const REVISIONS_ACKNOWLEDGED = 1_000;
const RECORDS_KEPT = 10_000;

/** Makes the buckets that do not exist yet, and opens them. Throws FleetError. */
export async function createFleetControl(
  connection: FleetConnection,
  settings: NatsSettings,
): Promise<FleetControl> {
  const names = fleetNames(settings.bucket_prefix);
  const buckets = createKeyValueBuckets(connection, names.prefix, settings.replicas);
  const [fleet, nodeBucket, ackBucket, artifacts] = await Promise.all([
    buckets.open('fleet'),
    buckets.open('nodes'),
    buckets.open('acks'),
    openArtifactObjects(connection, names.artifacts, settings.replicas),
    buckets.open('rules'),
    buckets.open('releases'),
  ]);
  const nodes = await createNodeWatch(connection, nodeBucket, ackBucket);

  return {
    desired: createKvDocument(connection, { ...fleet, key: DESIRED_KEY, is: isDesiredState }),
    async document<T>(bucket: string, key: string) {
      return createKvDocument<T>(connection, {
        ...(await buckets.open(assertName(bucket, 'bucket'))),
        key: assertName(key, 'document key'),
        is: isObject<T>({}),
      });
    },
    async records<T>(bucket: string) {
      const opened = await buckets.open(assertName(bucket, 'bucket'));
      return createKvRecords<T>(connection, { ...opened, is: isObject<T>({}) }, RECORDS_KEPT);
    },
    artifacts: { put: artifacts.put, get: artifacts.get },
    pruneArtifacts: (keep) => artifacts.prune(keep, Date.now()),
    async announce(hint) {
      connection.nats.publish(names.reloadHint, encodeReloadHint(hint, connection.maxPayload()));
      const outdated = numberOf(hint.revision) - REVISIONS_ACKNOWLEDGED;
      if (outdated > 0) forget(connection, ackBucket.bucketName, `v${outdated}.>`);
    },
    ...nodes,
    requestReconcile: (nodeId, timeoutMs) =>
      requestReconcile(connection, names.reconcile(nodeId), timeoutMs),
    status: connection.status,
    async close() {
      await nodes.close();
      await connection.close();
    },
  };
}
