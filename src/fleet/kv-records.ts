import type { KV } from 'nats';
import type { FleetConnection } from './connection.ts';
import type { Records } from './fleet.ts';
import { asFleetError, type FleetError } from './fleet-error.ts';
import { createKvDocument } from './kv-document.ts';
import type { Shape } from './shapes/shape.ts';
import { assertName, isName, keySubject } from './subjects.ts';

/**
 * Records in a KV bucket under keys `v<N>`, each created once. Creating `v<N>` forgets `v<N - keep>`, so that the
 * bucket holds about the last `keep`.
 */
export function createKvRecords<T>(
  connection: FleetConnection,
  address: { readonly bucket: KV; readonly bucketName: string; readonly is: Shape<T> },
  keep: number,
): Records<T> {
  const { bucket, bucketName } = address;
  const record = (key: string) => createKvDocument<T>(connection, { ...address, key });

  return {
    async create(key, value) {
      const written = await record(assertName(key, 'record key')).write(value, 0);
      if (written === 'conflict') return false;
      const outdated = numberOf(key) - keep;
      if (outdated > 0) forget(connection, bucketName, `v${outdated}`);
      return true;
    },
    async correct(key, value) {
      const document = record(assertName(key, 'record key'));
      const current = await document.read();
      return current !== undefined && (await document.write(value, current.version)) !== 'conflict';
    },
    async get(key) {
      return isName(key) ? (await record(key).read())?.value : undefined;
    },
    async latest(limit) {
      const doing = `listing ${bucketName}`;
      const keys = await connection.requests
        .read(doing, () => keysOf(bucket))
        .catch((error: unknown) => {
          throw asFleetError(error, doing);
        });
      const newest = keys.sort((a, b) => numberOf(b) - numberOf(a)).slice(0, limit);
      const values = await Promise.all(
        newest.map((key) => record(key).read().catch(skipMalformed)),
      );
      return values.flatMap((each) => (each === undefined ? [] : [each.value]));
    },
  };
}

/** One damaged record, which has been counted, must not hide the others. */
function skipMalformed(error: FleetError): undefined {
  if (error.code !== 'WAF_ERR_FLEET_DOCUMENT_MALFORMED') throw error;
}

/** `v42` → 42; a key of another form sorts last. */
export function numberOf(key: string): number {
  const digits = /^v(\d{1,15})$/.exec(key)?.[1];
  return digits === undefined ? -1 : Number(digits);
}

/** Removes all messages of a key, or of the keys under it (`v7.>`); in the background, best effort. */
export function forget(connection: FleetConnection, bucketName: string, key: string): void {
  connection.manager.streams
    .purge(`KV_${bucketName}`, { filter: keySubject(bucketName, key) })
    .catch((error: Error) =>
      connection.log.debug({ bucket: bucketName, key, error: error.message }, 'nats: not purged'),
    );
}

async function keysOf(bucket: KV): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of await bucket.keys()) keys.push(key);
  return keys;
}
