import { type ObjectStore, StorageType } from 'nats';
import { assertDigest } from '../artifact/digest.ts';
import type { FleetConnection } from './connection.ts';
import { fetchObject } from './fetch-object.ts';
import type { ArtifactStore } from './fleet.ts';
import { asFleetError } from './fleet-error.ts';
import { objectMetaSubject } from './subjects.ts';

/** A release is stored before desired state names it, so fresh objects are never pruned. */
const PRUNE_AFTER_MS = 3_600_000;
const MAX_CHUNK_BYTES = 512 * 1024;

export interface PrunableArtifacts extends ArtifactStore {
  prune(keep: ReadonlySet<string>, now: number): Promise<number>;
}

/** Artifacts in the Object Store bucket, named by digest. Makes the bucket when it is not there. */
export async function openArtifactObjects(
  connection: FleetConnection,
  bucket: string,
  replicas: number,
): Promise<PrunableArtifacts> {
  const store = await connection.jetstream.views
    .os(bucket, { storage: StorageType.File, replicas, description: 'SecBeat artifacts by digest' })
    .catch((error: unknown) => {
      throw asFleetError(error, `opening ${bucket}`);
    });

  return {
    async put(digest, bytes) {
      assertDigest(digest, bytes);
      await putOnce(connection, store, digest, bytes).catch((error: unknown) => {
        throw asFleetError(error, `storing ${digest}`);
      });
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

async function putOnce(
  connection: FleetConnection,
  store: ObjectStore,
  digest: string,
  bytes: Uint8Array,
): Promise<void> {
  const known = await store.info(digest);
  if (known !== null && !known.deleted && known.size === bytes.length) return;
  const max_chunk_size = Math.min(MAX_CHUNK_BYTES, Math.floor(connection.maxPayload() / 2));
  await store.putBlob({ name: digest, options: { max_chunk_size } }, bytes);
}
