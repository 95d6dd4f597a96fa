import { type KV, StorageType } from 'nats';
import type { NatsSettings } from '../config/settings.ts';
import { openArtifactObjects } from './artifact-objects.ts';
import type { FleetConnection } from './connection.ts';
import type { FleetControl } from './fleet.ts';
import { asFleetError } from './fleet-error.ts';
import { createKvDocument } from './kv-document.ts';
import { createKvRecords, forget, numberOf } from './kv-records.ts';
import { createNodeWatch } from './node-watch.ts';
import { encodeReloadHint } from './reload-hint.ts';
import { requestReconcile } from './request-reconcile.ts';
import { isDesiredState } from './shapes/desired-state.ts';
import { isObject } from './shapes/shape.ts';
import { assertName, DESIRED_KEY, fleetNames } from './subjects.ts';

/** Acknowledgements of this many revisions are kept, and none for longer than 30 days. */
const REVISIONS_ACKNOWLEDGED = 1_000;
const ACKS_MAX_AGE_MS = 30 * 24 * 3_600_000;
const RECORDS_KEPT = 10_000;

/** Makes the buckets that do not exist yet, and opens them. Throws FleetError. */
export async function createFleetControl(
  connection: FleetConnection,
  settings: NatsSettings,
): Promise<FleetControl> {
  const names = fleetNames(settings.bucket_prefix);
  const open = async (bucketName: string, history: number, ttl?: number) => {
    const options = {
      storage: StorageType.File,
      replicas: settings.replicas,
      history,
      ...(ttl === undefined ? {} : { ttl }),
      // Answers then come from the leader, so a reader sees what a writer was told is stored.
      allow_direct: false,
    };
    return await connection.jetstream.views.kv(bucketName, options).catch((error: unknown) => {
      throw asFleetError(error, `opening ${bucketName}`);
    });
  };
  const [fleet, nodeBucket, ackBucket, artifacts] = await Promise.all([
    open(names.buckets.fleet, 5),
    open(names.buckets.nodes, 1),
    open(names.buckets.acks, 1, ACKS_MAX_AGE_MS),
    openArtifactObjects(connection, names.artifacts, settings.replicas),
    open(names.buckets.rules, 5),
    open(names.buckets.releases, 1),
  ]);
  const nodes = await createNodeWatch(connection, names.buckets, nodeBucket, ackBucket);
  const shared = new Map<string, Promise<KV>>();
  const sharedBucket = (bucket: string) => {
    const bucketName = `${names.prefix}_${assertName(bucket, 'bucket')}`;
    const opened = shared.get(bucketName) ?? open(bucketName, bucket === 'releases' ? 1 : 5);
    shared.set(bucketName, opened);
    opened.catch(() => shared.delete(bucketName));
    return opened.then((kv) => ({ bucket: kv, bucketName }));
  };

  return {
    desired: createKvDocument(connection, {
      bucket: fleet,
      bucketName: names.buckets.fleet,
      key: DESIRED_KEY,
      is: isDesiredState,
    }),
    async document<T>(bucket: string, key: string) {
      const address = await sharedBucket(bucket);
      return createKvDocument<T>(connection, {
        ...address,
        key: assertName(key, 'document key'),
        is: isObject<T>({}),
      });
    },
    async records<T>(bucket: string) {
      const address = await sharedBucket(bucket);
      return createKvRecords<T>(connection, { ...address, is: isObject<T>({}) }, RECORDS_KEPT);
    },
    artifacts: { put: artifacts.put, get: artifacts.get },
    pruneArtifacts: (keep) => artifacts.prune(keep, Date.now()),
    async announce(hint) {
      connection.nats.publish(names.reloadHint, encodeReloadHint(hint, connection.maxPayload()));
      const outdated = numberOf(hint.revision) - REVISIONS_ACKNOWLEDGED;
      if (outdated > 0) forget(connection, names.buckets.acks, `v${outdated}.>`);
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
