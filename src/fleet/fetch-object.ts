import { setTimeout as pause } from 'node:timers/promises';
import { digestOf } from '../artifact/digest.ts';
import type { FleetConnection } from './connection.ts';
import { asFleetError, FleetError, isNotFound } from './fleet-error.ts';
import { isAmount, isBoolean, isMatching, isObject, isOptional } from './shapes/shape.ts';
import { objectChunkSubject, objectMetaSubject } from './subjects.ts';
import { tryParse } from './try-parse.ts';

interface ObjectInfo {
  readonly nuid: string;
  readonly size: number;
  readonly deleted?: boolean;
}

const isObjectInfo = isObject<ObjectInfo>({
  nuid: isMatching(/^[A-Za-z0-9_-]+$/),
  size: isAmount,
  deleted: isOptional(isBoolean),
});

/** A replica may lag behind the one that answered for the metadata. Milliseconds. */
const CHUNK_RETRIES = [20, 80, 320];

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
  const info = await readInfo(connection, bucket, digest);
  if (info === undefined) return undefined;
  if (info.size > maxBytes) {
    throw new FleetError(
      'WAF_ERR_FLEET_ARTIFACT_TOO_LARGE',
      `artifact ${digest} has ${info.size} bytes, at most ${maxBytes} are accepted`,
    );
  }
  const bytes = await readChunks(connection, bucket, info).catch((error: unknown) => {
    throw asFleetError(error, `fetching ${digest}`);
  });
  if (bytes === undefined || digestOf(bytes) !== digest) {
    throw new FleetError(
      'WAF_ERR_FLEET_ARTIFACT_CORRUPT',
      `the bytes stored as ${digest} have another digest`,
    );
  }
  return bytes;
}

async function readInfo(
  { manager, malformed }: FleetConnection,
  bucket: string,
  name: string,
): Promise<ObjectInfo | undefined> {
  const subject = objectMetaSubject(bucket, name);
  const message = await manager.streams
    .getMessage(`OBJ_${bucket}`, { last_by_subj: subject })
    .catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw asFleetError(error, `looking up ${name}`);
    });
  if (message === undefined) return undefined;
  const parsed = tryParse(message.data, 65_536, isObjectInfo);
  if ('value' in parsed) return parsed.value.deleted === true ? undefined : parsed.value;
  malformed(`$O.${bucket}.M`, parsed.fault);
  throw new FleetError(
    'WAF_ERR_FLEET_ARTIFACT_CORRUPT',
    `the Object Store entry of ${name} is malformed: ${parsed.fault}`,
  );
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
    const { data, seq } = await readChunk(connection, bucket, info.nuid, next);
    if (data.length === 0 || offset + data.length > bytes.length) return undefined;
    bytes.set(data, offset);
    offset += data.length;
    next = seq + 1;
  }
  return bytes;
}

async function readChunk(
  { manager }: FleetConnection,
  bucket: string,
  upload: string,
  from: number,
) {
  const query = { seq: from, next_by_subj: objectChunkSubject(bucket, upload) };
  for (const wait of CHUNK_RETRIES) {
    try {
      return await manager.direct.getMessage(`OBJ_${bucket}`, query);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    await pause(wait);
  }
  return await manager.direct.getMessage(`OBJ_${bucket}`, query);
}
