import type { KV, KvEntry } from 'nats';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FleetConnection } from '../../../src/fleet/connection.ts';
import { createKvDocument } from '../../../src/fleet/kv-document.ts';
import { createRequestGuard } from '../../../src/fleet/request-guard.ts';
import { isObject } from '../../../src/fleet/shapes/shape.ts';

/** Races between two answers of a server cannot be brought about with a real one. */
beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function entry(revision: number): KvEntry {
  const value = Buffer.from(JSON.stringify({ revision }));
  return { value, revision, operation: 'PUT' } as unknown as KvEntry;
}

/** A bucket whose answers are given one by one. */
function openBucket() {
  const reads: ((entry: KvEntry) => void)[] = [];
  let push: (entry: KvEntry) => void = () => {};
  const entries = {
    stop: () => {},
    async *[Symbol.asyncIterator]() {
      for (;;) {
        yield await new Promise<KvEntry>((resolve) => {
          push = resolve;
        });
      }
    },
  };
  const bucket = {
    get: () => new Promise<KvEntry>((resolve) => reads.push(resolve)),
    watch: async () => entries,
  } as unknown as KV;
  const connection = {
    requests: createRequestGuard(1_000),
    onReconnect: () => () => {},
    nats: { isClosed: () => false },
    log: { debug: () => {} },
    listenerFailed: () => {},
  } as unknown as FleetConnection;
  const document = createKvDocument<object>(connection, {
    bucket,
    bucketName: 'b',
    key: 'k',
    is: isObject({}),
  });
  const settle = () => vi.advanceTimersByTimeAsync(0);
  return {
    document,
    settle,
    /** Answers the read that waits longest. */
    async answer(revision: number) {
      await settle();
      reads.shift()?.(entry(revision));
      await settle();
    },
    async watched(revision: number) {
      await settle();
      push(entry(revision));
      await settle();
    },
  };
}

async function watching() {
  const bucket = openBucket();
  const seen: number[] = [];
  const opened = bucket.document.watch(({ version }) => seen.push(version));
  await bucket.answer(5);
  await opened;
  return { ...bucket, seen };
}

test('document - what the watcher delivers again or late is not delivered twice', async () => {
  const { seen, watched } = await watching();
  for (const revision of [5, 6, 6, 4, 7]) await watched(revision);
  expect(seen).toEqual([5, 6, 7]);
});

test('document - is read again every five seconds, in case the watcher missed something', async () => {
  const { seen, answer } = await watching();
  await vi.advanceTimersByTimeAsync(5_000);
  await answer(6);
  await vi.advanceTimersByTimeAsync(5_000);
  await answer(6);
  expect(seen).toEqual([5, 6]);
});

test('document - an answer that the watcher has overtaken is old news', async () => {
  const { seen, answer, watched } = await watching();
  await vi.advanceTimersByTimeAsync(5_000);
  await watched(7);
  await answer(6);
  expect(seen).toEqual([5, 7]);
});

test('document - a bucket that was lost and made again starts over with lower versions', async () => {
  const { seen, answer, watched } = await watching();
  await vi.advanceTimersByTimeAsync(5_000);
  await answer(1);
  await watched(2);
  expect(seen).toEqual([5, 1, 2]);
});
