import { StorageType } from 'nats';
import { assertDigest } from '../artifact/digest.ts';
import type { FleetConnection } from './connection.ts';
import { fetchObject } from './fetch-object.ts';
import type { ArtifactStore } from './fleet.ts';
import type { FleetError } from './fleet-error.ts';
import { openBucket } from './open-bucket.ts';
import { storeObject } from './store-object.ts';
import { objectMetaSubject } from './subjects.ts';

/** A release is stored before desired state names it, so fresh objects are never pruned. */
const PRUNE_AFTER_MS = 3_600_000;

export interface PrunableArtifacts extends ArtifactStore {
  /** See FleetControl.pruneArtifacts; `now` in milliseconds since the epoch. */
  prune(keep: ReadonlySet<string>, now: number): Promise<number>;
}

/**
 * Artifacts in the Object Store bucket, named by digest. Makes the bucket when it is not there, and again
 * after a reconnect, in case the server has lost its data.
 */
export async function openArtifactObjects(
  connection: FleetConnection,
  bucket: string,
  replicas: number,
): Promise<PrunableArtifacts> {
  const options = { storage: StorageType.File, replicas, description: 'artifacts by digest' };
  const make = () =>
    openBucket(bucket, () => connection.jetstream.views.os(bucket, { ...options }));
  const store = await make();
  connection.onReconnect(() => void make().catch(connection.listenerFailed));

  return {
    async put(digest, bytes) {
      assertDigest(digest, bytes);
      if (!(await isStored(connection, bucket, digest, bytes.length))) {
        await storeObject(connection, bucket, digest, bytes);
      }
    },
    get: (digest, maxBytes) => fetchObject(connection, bucket, digest, maxBytes),
    async prune(keep, now) {
      const objects = await store.list();
      const outdated = objects.filter(
        ({ name, mtime }) => !keep.has(name) && Date.parse(mtime) < now - PRUNE_AFTER_MS,
      );
      for (const { name } of outdated) {
        await store.delete(name);
        // The deletion leaves a marker; without it nothing remains of the object.
        await connection.manager.streams.purge(`OBJ_${bucket}`, {
          filter: objectMetaSubject(bucket, name),
        });
      }
      return outdated.length;
    },
  };
}

/** Whether the bytes are there and undamaged, so that publishing again repairs what is damaged. */
async function isStored(
  connection: FleetConnection,
  bucket: string,
  digest: string,
  size: number,
): Promise<boolean> {
  try {
    return (await fetchObject(connection, bucket, digest, size)) !== undefined;
  } catch (error) {
    const { code } = error as FleetError;
    if (code === 'WAF_ERR_FLEET_ARTIFACT_CORRUPT' || code === 'WAF_ERR_FLEET_ARTIFACT_TOO_LARGE') {
      return false;
    }
    throw error;
  }
}
