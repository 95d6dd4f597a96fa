import { setTimeout as pause } from 'node:timers/promises';
import { digestOf } from '../artifact/digest.ts';
import { type FleetConnection, JETSTREAM_TIMEOUT_MS } from './connection.ts';
import { asFleetError, FleetError } from './fleet-error.ts';
import { type ObjectInfo, readObjectInfo } from './object-info.ts';
import { objectChunkSubject } from './subjects.ts';

/** The replica that is asked for a chunk may lag behind the leader. Milliseconds before each try. */
const CHUNK_WAITS = [0, 20, 80, 320];

/**
 * Reads an artifact from the Object Store, or undefined when it is not there. Refuses more than
 * `maxBytes` before anything is downloaded, and bytes that are not those of the digest.
 *
 * Reads message by message instead of with the client's `getBlob`: that one needs the right to make
 * consumers, and a consumer can be told to deliver to any subject, even one its maker may not publish to.
 */
export async function fetchObject(
  connection: FleetConnection,
  bucket: string,
  digest: string,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const info = await readObjectInfo(connection, bucket, digest);
  if (info === undefined) return undefined;
  if (info.size > maxBytes) {
    throw new FleetError(
      'WAF_ERR_FLEET_ARTIFACT_TOO_LARGE',
      `artifact ${digest} has ${info.size} bytes, at most ${maxBytes} are accepted`,
    );
  }
  const doing = `fetching ${digest}`;
  const bytes = await connection.requests
    .read(doing, () => readChunks(connection, bucket, info))
    .catch((error: unknown) => {
      throw asFleetError(error, doing);
    });
  if (bytes === undefined || digestOf(bytes) !== digest) {
    throw new FleetError(
      'WAF_ERR_FLEET_ARTIFACT_CORRUPT',
      `the bytes stored as ${digest} have another digest`,
    );
  }
  return bytes;
}

/** The chunks one after the other, or undefined when they are not `info.size` bytes together. */
async function readChunks(
  connection: FleetConnection,
  bucket: string,
  info: ObjectInfo,
): Promise<Uint8Array | undefined> {
  const bytes = new Uint8Array(info.size);
  let offset = 0;
  let next = 1;
  while (offset < bytes.length) {
    const chunk = await readChunk(connection, bucket, info.nuid, next);
    if (chunk === undefined || offset + chunk.data.length > bytes.length) return undefined;
    bytes.set(chunk.data, offset);
    offset += chunk.data.length;
    next = chunk.seq + 1;
  }
  return bytes;
}

/** The first chunk of an upload at or after stream sequence `from`. */
async function readChunk(
  { nats }: FleetConnection,
  bucket: string,
  upload: string,
  from: number,
): Promise<{ readonly data: Uint8Array; readonly seq: number } | undefined> {
  const query = JSON.stringify({ seq: from, next_by_subj: objectChunkSubject(bucket, upload) });
  for (const wait of CHUNK_WAITS) {
    if (wait > 0) await pause(wait);
    const { data, headers } = await nats.request(`$JS.API.DIRECT.GET.OBJ_${bucket}`, query, {
      timeout: JETSTREAM_TIMEOUT_MS,
    });
    const seq = Number(headers?.get('Nats-Sequence'));
    if (seq >= from) return { data, seq };
  }
  return undefined;
}
