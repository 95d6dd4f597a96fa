import { setTimeout as pause } from 'node:timers/promises';
import type { KV, KvEntry, QueuedIterator } from 'nats';
import type { FleetConnection } from './connection.ts';

export interface KeyWatchOptions {
  /** A key, perhaps with the wildcards `*` and `>`. */
  readonly key: string;
  /** Deliver from this stream sequence on; without it: the latest entry of each key, then all later. */
  readonly from?: number;
  /** Deliver deletions, too. */
  readonly deletions?: boolean;
}

const RETRY_MS = 100;

/**
 * Calls back with the entries of a bucket until it is stopped. The client's own watcher stalls for
 * seconds after a server restart, so a new one is made on every reconnect and whenever one ends. An
 * entry can therefore come twice; none is left out, but deletions unless they are asked for.
 */
export function watchKeys(
  connection: FleetConnection,
  bucket: KV,
  { key, from, deletions = false }: KeyWatchOptions,
  onEntry: (entry: KvEntry) => void,
): () => Promise<void> {
  let next = from;
  let entries: QueuedIterator<KvEntry> | undefined;
  const stopping = new AbortController();

  const followOnce = async () => {
    entries = await bucket.watch({
      key,
      ...(next === undefined ? {} : { resumeFromRevision: next }),
    });
    if (stopping.signal.aborted) entries.stop();
    for await (const entry of entries) {
      if (next !== undefined) next = entry.revision + 1;
      if (deletions || entry.operation === 'PUT') onEntry(entry);
    }
  };
  const follow = async () => {
    while (!stopping.signal.aborted && !connection.nats.isClosed()) {
      await followOnce().catch((error: Error) =>
        connection.log.debug({ key, error: error.message }, 'nats: watch ended'),
      );
      await pause(RETRY_MS, undefined, { ref: false, signal: stopping.signal }).catch(() => {});
    }
  };

  const forget = connection.onReconnect(() => entries?.stop());
  const followed = follow();
  return async () => {
    forget();
    stopping.abort();
    entries?.stop();
    await followed;
  };
}
