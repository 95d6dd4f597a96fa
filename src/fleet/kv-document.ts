import type { KV, KvEntry } from 'nats';
import type { FleetConnection } from './connection.ts';
import type { Document, Versioned } from './document.ts';
import { asFleetError, FleetError, isConflict, isNotFound } from './fleet-error.ts';
import { decodePayload, encodePayload } from './json-payload.ts';
import { watchKeys } from './kv-watch.ts';
import { createListeners } from './listeners.ts';
import type { Shape } from './shapes/shape.ts';
import { keySubject } from './subjects.ts';

/** Room that a message needs beside its payload: headers of a conditional write. */
const MESSAGE_OVERHEAD = 256;
/** A watched document is read again this often, whatever the watcher says. */
const REREAD_MS = 5_000;

export interface KvDocumentAddress<T> {
  readonly bucket: KV;
  readonly bucketName: string;
  readonly key: string;
  readonly is: Shape<T>;
}

/**
 * A Document in a KV bucket: JSON, gzip'd when long, version = the revision that NATS gives it.
 * A write that fails as unavailable may have been stored; whoever repeats it gets 'conflict'.
 */
export function createKvDocument<T>(
  connection: FleetConnection,
  { bucket, bucketName, key, is }: KvDocumentAddress<T>,
): Document<T> {
  const name = `${bucketName}/${key}`;

  const decode = async (entry: KvEntry): Promise<Versioned<T>> => {
    const value = await decodePayload(entry.value).catch((cause: Error) => {
      throw malformed(entry.revision, cause.message);
    });
    if (!is(value)) throw malformed(entry.revision, 'JSON of another shape');
    return { value, version: entry.revision };
  };
  const malformed = (revision: number, why: string) => {
    connection.malformed(keySubject(bucketName, key), why);
    return new FleetError(
      'WAF_ERR_FLEET_DOCUMENT_MALFORMED',
      `${name} at revision ${revision} is not the document that belongs there: ${why}`,
    );
  };

  const read = async () => {
    const doing = `reading ${name}`;
    const entry = await connection.requests
      .read(doing, () => bucket.get(key))
      .catch((error: unknown) => {
        if (isNotFound(error)) return null;
        throw asFleetError(error, doing);
      });
    return entry === null || entry.operation !== 'PUT' ? undefined : await decode(entry);
  };

  return {
    read,
    async write(value, expected) {
      const bytes = await encodePayload(value);
      const most = connection.maxPayload() - MESSAGE_OVERHEAD;
      if (bytes.length > most) {
        throw new FleetError(
          'WAF_ERR_FLEET_DOCUMENT_TOO_LARGE',
          `${name} has ${bytes.length} bytes compressed; the NATS server takes ${most}`,
        );
      }
      const doing = `writing ${name}`;
      try {
        return await connection.requests.run(doing, () =>
          expected === 0 ? bucket.create(key, bytes) : bucket.update(key, bytes, expected),
        );
      } catch (error) {
        if (isConflict(error)) return 'conflict';
        throw asFleetError(error, doing);
      }
    },
    watch: (onChange) => watchDocument(connection, bucket, key, { read, decode, onChange }),
  };
}

/** Watches, and reads again now and then; delivers every version at most once, in order. */
async function watchDocument<T>(
  connection: FleetConnection,
  bucket: KV,
  key: string,
  document: {
    read(): Promise<Versioned<T> | undefined>;
    decode(entry: KvEntry): Promise<Versioned<T>>;
    onChange(current: Versioned<T>): void;
  },
): Promise<() => Promise<void>> {
  let delivered = 0;
  const changes = createListeners<Versioned<T>>(connection.listenerFailed);
  changes.add(document.onChange);
  const deliver = (current: Versioned<T>) => {
    delivered = current.version;
    changes.tell(current);
  };
  const ignore = (error: FleetError): undefined => {
    connection.log.debug({ key, error: error.message }, 'nats: document not read');
  };
  const reread = async () => {
    const before = delivered;
    const current = await document.read().catch(ignore);
    // A lower version is news too: the bucket was lost and made again. But what the watcher delivered
    // in the meantime is newer than this answer.
    if (current && current.version !== before && delivered === before) deliver(current);
  };
  const onEntry = async (entry: KvEntry) => {
    const current = await document.decode(entry).catch(ignore);
    if (current && current.version > delivered) deliver(current);
  };

  await reread();
  const stopWatching = watchKeys(connection, bucket, { key }, onEntry);
  const timer = setInterval(reread, REREAD_MS).unref();
  return async () => {
    changes.clear();
    clearInterval(timer);
    await stopWatching();
  };
}
