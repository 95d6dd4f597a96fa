import { headers, nuid } from 'nats';
import { hexOf } from '../artifact/digest.ts';
import type { FleetConnection } from './connection.ts';
import { asFleetError } from './fleet-error.ts';
import { objectChunkSubject, objectMetaSubject } from './subjects.ts';

const MAX_CHUNK_BYTES = 512 * 1024;

/**
 * Stores bytes whose digest was checked as the object `digest`, in the layout of the NATS Object Store:
 * first the chunks, all at once, then the entry that makes them visible. The client's `putBlob` hashes
 * the bytes once more in JavaScript and looks the object up first, which costs a release some 10 ms.
 */
export async function storeObject(
  connection: FleetConnection,
  bucket: string,
  digest: string,
  bytes: Uint8Array,
): Promise<void> {
  const upload = nuid.next();
  // Half, because a reader may get a chunk in base64.
  const chunkBytes = Math.min(MAX_CHUNK_BYTES, Math.floor(connection.maxPayload() / 2));
  const chunkSubject = objectChunkSubject(bucket, upload);
  const chunks = [...chunksOf(bytes, chunkBytes)];
  const info = {
    name: digest,
    description: '',
    options: { max_chunk_size: chunkBytes },
    bucket,
    nuid: upload,
    size: bytes.length,
    chunks: chunks.length,
    mtime: new Date().toISOString(),
    digest: `SHA-256=${base64Url(hexOf(digest))}`,
    deleted: false,
  };
  // The new entry replaces all earlier ones of this name.
  const rollup = headers();
  rollup.set('Nats-Rollup', 'sub');
  const { jetstream, requests } = connection;
  const doing = `storing ${digest}`;
  const publish = async () => {
    await Promise.all(chunks.map((chunk) => jetstream.publish(chunkSubject, chunk)));
    await jetstream.publish(objectMetaSubject(bucket, digest), JSON.stringify(info), {
      headers: rollup,
    });
  };
  try {
    await requests.run(doing, publish);
  } catch (error) {
    void connection.manager.streams
      .purge(`OBJ_${bucket}`, { filter: chunkSubject })
      .catch(() => connection.log.debug({ digest }, 'nats: chunks of a failed upload remain'));
    throw asFleetError(error, doing);
  }
}

function* chunksOf(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) {
    yield bytes.subarray(start, start + size);
  }
}

/** Object Store digests are base64url with padding. */
function base64Url(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}
