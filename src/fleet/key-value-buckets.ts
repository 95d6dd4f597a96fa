import { type KV, type KvOptions, StorageType } from 'nats';
import type { FleetConnection } from './connection.ts';
import { openBucket } from './open-bucket.ts';

const DAY_MS = 24 * 3_600_000;

/** How a bucket keeps its values; buckets not named here keep the last five of each key. */
const KEPT: Readonly<Record<string, Partial<KvOptions>>> = {
  releases: { history: 1 },
  nodes: { history: 1 },
  acks: { history: 1, ttl: 30 * DAY_MS },
  candidates: { history: 1, ttl: 90 * DAY_MS, max_bytes: 64 * 1024 * 1024 },
  feedback: { history: 1, ttl: 30 * DAY_MS, max_bytes: 16 * 1024 * 1024 },
};

/** The KV buckets of one fleet; `bucket` is a name without the prefix, e.g. `rules`. */
export interface KeyValueBuckets {
  /** Opens the bucket, and makes it when it is not there. Throws FleetError. */
  open(bucket: string): Promise<{ readonly bucket: KV; readonly bucketName: string }>;
}

/** After a reconnect the buckets are made again, in case the server has lost its data. */
export function createKeyValueBuckets(
  connection: FleetConnection,
  prefix: string,
  replicas: number,
): KeyValueBuckets {
  const opened = new Map<string, Promise<KV>>();

  const make = (bucket: string): Promise<KV> => {
    const options = {
      storage: StorageType.File,
      replicas,
      history: 5,
      // Answers then come from the leader, so a reader sees what a writer was told is stored.
      allow_direct: false,
      ...KEPT[bucket],
    };
    const bucketName = `${prefix}_${bucket}`;
    return openBucket(bucketName, () => connection.jetstream.views.kv(bucketName, options));
  };
  connection.onReconnect(() => {
    for (const bucket of opened.keys()) make(bucket).catch(connection.listenerFailed);
  });

  return {
    async open(bucket) {
      const opening = opened.get(bucket) ?? make(bucket);
      opened.set(bucket, opening);
      opening.catch(() => opened.delete(bucket));
      return { bucket: await opening, bucketName: `${prefix}_${bucket}` };
    },
  };
}
