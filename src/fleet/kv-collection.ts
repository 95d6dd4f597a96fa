import type { KV, KvEntry } from 'nats';
import type { FleetConnection } from './connection.ts';
import type { Versioned } from './document.ts';
import { asFleetError, FleetError, isConflict, isNotFound } from './fleet-error.ts';
import { watchKeys } from './kv-watch.ts';
import { createListeners } from './listeners.ts';
import type { Shape } from './shapes/shape.ts';
import { keySubject } from './subjects.ts';
import { tryParse } from './try-parse.ts';

export interface KvCollectionAddress<T> {
  readonly bucket: KV;
  readonly bucketName: string;
  readonly maxBytes: number;
  readonly is: Shape<T>;
  readonly keyOf: (value: T) => string;
}

/**
 * Small JSON documents of one shape in a KV bucket, each under its own key. Everything is checked in both
 * directions: what is too long or of another shape is never written, and counts as malformed when read.
 */
export interface KvCollection<T> {
  get(key: string): Promise<Versioned<T> | undefined>;
  /** `expected`: see Document.write; without it the last writer wins. */
  put(value: T, expected?: number): Promise<number | 'conflict'>;
  /** The latest of each key, most recently written first. */
  list(): Promise<readonly Versioned<T>[]>;
  /** False when the document is no longer at `expected`. */
  delete(key: string, expected: number): Promise<boolean>;
  watch(onChange: (key: string, current: Versioned<T> | null) => void): () => Promise<void>;
}

export function createKvCollection<T>(
  connection: FleetConnection,
  address: KvCollectionAddress<T>,
): KvCollection<T> {
  const { bucket, bucketName, maxBytes, is, keyOf } = address;

  const read = (entry: KvEntry): Versioned<T> | undefined => {
    const parsed = tryParse(entry.value, maxBytes, is);
    if ('value' in parsed && keyOf(parsed.value) === entry.key) {
      return { value: parsed.value, version: entry.revision };
    }
    const fault = 'fault' in parsed ? parsed.fault : 'stands under the key of another';
    connection.malformed(keySubject(bucketName, '*'), `${entry.key.slice(0, 200)}: ${fault}`);
    return undefined;
  };
  const attempt = async <R>(way: 'run' | 'read', doing: string, send: () => Promise<R>) =>
    await connection.requests[way](doing, send).catch((error: unknown) => {
      throw isConflict(error) || isNotFound(error) ? error : asFleetError(error, doing);
    });

  return {
    async get(key) {
      const entry = await attempt('read', `reading ${bucketName}/${key}`, () => bucket.get(key))
        // A missing bucket is an empty one.
        .catch((error: unknown) => (isNotFound(error) ? null : Promise.reject(error)));
      return entry?.operation === 'PUT' ? read(entry) : undefined;
    },
    async put(value, expected) {
      const key = keyOf(value);
      const bytes = encode(`${bucketName}/${key}`, value, maxBytes, is);
      const send = () => {
        if (expected === undefined) return bucket.put(key, bytes);
        return expected === 0 ? bucket.create(key, bytes) : bucket.update(key, bytes, expected);
      };
      return await attempt('run', `writing ${bucketName}/${key}`, send).catch(conflictOr);
    },
    async list() {
      const entries = await attempt('read', `listing ${bucketName}`, () => latest(bucket));
      return entries.sort((a, b) => b.revision - a.revision).flatMap((entry) => read(entry) ?? []);
    },
    async delete(key, expected) {
      const purge = async () => {
        const entry = await bucket.get(key);
        if (entry?.operation === 'PUT') await bucket.purge(key, { previousSeq: expected });
        return true;
      };
      const doing = `deleting ${bucketName}/${key}`;
      return (await attempt('run', doing, purge).catch(conflictOr)) === true;
    },
    watch(onChange) {
      const changes = createListeners<[string, Versioned<T> | null]>(connection.listenerFailed);
      changes.add(([key, current]) => onChange(key, current));
      const seen = new Map<string, number>();
      const stop = watchKeys(connection, bucket, { key: '>', deletions: true }, (entry) => {
        // Every new watcher begins with the latest entry of each key.
        if (seen.get(entry.key) === entry.revision) return;
        seen.set(entry.key, entry.revision);
        const current = entry.operation === 'PUT' ? read(entry) : null;
        if (current !== undefined) changes.tell([entry.key, current]);
      });
      return async () => {
        changes.clear();
        await stop();
      };
    },
  };
}

function encode<T>(name: string, value: T, maxBytes: number, is: Shape<T>): Uint8Array {
  const bytes = Buffer.from(JSON.stringify(value));
  if (bytes.length > maxBytes) {
    throw new FleetError(
      'WAF_ERR_FLEET_DOCUMENT_TOO_LARGE',
      `${name} has ${bytes.length} bytes, at most ${maxBytes} allowed`,
    );
  }
  // What was parsed again is what readers will see: without `undefined`, NaN and the like.
  if (is(JSON.parse(bytes.toString()))) return bytes;
  throw new FleetError('WAF_ERR_FLEET_DOCUMENT_MALFORMED', `${name} is of another shape`);
}

function conflictOr(error: unknown): 'conflict' {
  if (isConflict(error)) return 'conflict';
  throw error;
}

async function latest(bucket: KV): Promise<KvEntry[]> {
  const entries: KvEntry[] = [];
  for await (const entry of await bucket.history({ key: '>' })) {
    // A write during the reading makes nats 2.29.3 deliver its end marker once more, as undefined.
    if ((entry as KvEntry | undefined)?.operation === 'PUT') entries.push(entry);
  }
  return entries;
}
