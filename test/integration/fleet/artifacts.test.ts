import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { digestOf } from '../../../src/artifact/digest.ts';
import { connectFleet } from '../../../src/fleet/connect-fleet.ts';
import type { FleetConnection } from '../../../src/fleet/connection.ts';
import type { FleetControl, FleetNode } from '../../../src/fleet/fleet.ts';
import { objectMetaSubject } from '../../../src/fleet/subjects.ts';
import { startNats, type TestServer } from '../../servers.ts';
import { log, openConnectedNode, openControl, settingsFor } from './fleet.ts';

const MAX = 4_000_000;
let nats: TestServer;
let control: FleetControl;
let node: FleetNode;
let raw: FleetConnection;
let bucket: string;

beforeAll(async () => {
  nats = await startNats();
  const settings = settingsFor(nats.url);
  bucket = `${settings.bucket_prefix}_artifacts`;
  control = await openControl(settings);
  node = await openConnectedNode(settings, 'node-1');
  raw = await connectFleet(settings, { name: 'raw', log });
});

afterAll(async () => {
  await Promise.all([control.close(), node.close(), raw.close()]);
  await nats.stop();
});

async function stored(size: number) {
  const bytes = randomBytes(size);
  const digest = digestOf(bytes);
  await control.artifacts.put(digest, bytes);
  return { bytes, digest };
}

const SIZES = [1, 1_000, 512 * 1024 - 1, 512 * 1024, 512 * 1024 + 1, 3_000_000];

test.each(SIZES)('artifacts - %i bytes come back unchanged', async (size) => {
  const { bytes, digest } = await stored(size);
  const [read, fetched] = await Promise.all([
    control.artifacts.get(digest, MAX),
    node.fetchArtifact(digest, MAX),
  ]);
  expect(Buffer.compare(read as Uint8Array, bytes)).toBe(0);
  expect(Buffer.compare(fetched, bytes)).toBe(0);
});

test("artifacts - the NATS client's own Object Store reads what we stored", async () => {
  const { bytes, digest } = await stored(700_000);
  const store = await raw.jetstream.views.os(bucket);
  const blob = await store.getBlob(digest);
  expect(Buffer.compare(blob as Uint8Array, bytes)).toBe(0);
});

test('artifacts - putting the same bytes again stores nothing', async () => {
  const { bytes, digest } = await stored(10_000);
  const before = await raw.manager.streams.info(`OBJ_${bucket}`);
  await control.artifacts.put(digest, bytes);
  const after = await raw.manager.streams.info(`OBJ_${bucket}`);
  expect(after.state.last_seq).toBe(before.state.last_seq);
});

test('artifacts - one of another digest than its bytes is not stored', async () => {
  const digest = digestOf('something else');
  await expect(control.artifacts.put(digest, randomBytes(10))).rejects.toMatchObject({
    code: 'WAF_ERR_ARTIFACT_DIGEST',
  });
  expect(await control.artifacts.get(digest, MAX)).toBeUndefined();
});

test('artifacts - a missing one is undefined to the orchestrator and an error to a node', async () => {
  const digest = digestOf('never stored');
  expect(await control.artifacts.get(digest, MAX)).toBeUndefined();
  await expect(node.fetchArtifact(digest, MAX)).rejects.toMatchObject({
    code: 'WAF_ERR_FLEET_ARTIFACT_MISSING',
  });
});

test('artifacts - one larger than the reader accepts is refused with its size', async () => {
  const { digest } = await stored(5_000);
  await expect(node.fetchArtifact(digest, 4_999)).rejects.toMatchObject({
    code: 'WAF_ERR_FLEET_ARTIFACT_TOO_LARGE',
    message: `artifact ${digest} has 5000 bytes, at most 4999 are accepted`,
  });
});

test('artifacts - damaged bytes are refused, and putting the artifact again repairs it', async () => {
  const bytes = randomBytes(2_000);
  const digest = digestOf(bytes);
  const store = await raw.jetstream.views.os(bucket);
  await store.putBlob({ name: digest }, randomBytes(2_000));
  await expect(node.fetchArtifact(digest, MAX)).rejects.toMatchObject({
    code: 'WAF_ERR_FLEET_ARTIFACT_CORRUPT',
  });
  await control.artifacts.put(digest, bytes);
  expect(Buffer.compare(await node.fetchArtifact(digest, MAX), bytes)).toBe(0);
  // The new entry has taken the place of the old one.
  const entry = objectMetaSubject(bucket, digest);
  const { state } = await raw.manager.streams.info(`OBJ_${bucket}`, { subjects_filter: entry });
  expect(state.subjects).toEqual({ [entry]: 1 });
});

test('artifacts - garbage in place of an entry is counted and refused', async () => {
  const digest = digestOf('entry overwritten');
  await raw.jetstream.publish(objectMetaSubject(bucket, digest), 'garbage');
  await expect(node.fetchArtifact(digest, MAX)).rejects.toMatchObject({
    code: 'WAF_ERR_FLEET_ARTIFACT_CORRUPT',
  });
  expect(node.status().malformed[`$O.${bucket}.M`]).toBe(1);
  await raw.manager.streams.purge(`OBJ_${bucket}`, { filter: objectMetaSubject(bucket, digest) });
});

test('artifacts - pruning spares what is kept and what is fresh, and leaves nothing of the rest', async () => {
  const { digest: fresh } = await stored(100);
  const kept = digestOf('kept');
  const outdated = digestOf('outdated');
  for (const digest of [kept, outdated]) {
    const entry = { name: digest, bucket, nuid: 'x', size: 0, chunks: 0, mtime: '2020-01-01' };
    await raw.jetstream.publish(objectMetaSubject(bucket, digest), JSON.stringify(entry));
  }
  expect(await control.pruneArtifacts(new Set([kept]))).toBe(1);
  const store = await raw.jetstream.views.os(bucket);
  expect(await store.info(outdated)).toBeNull();
  expect(await store.info(kept)).not.toBeNull();
  expect(await store.info(fresh)).not.toBeNull();
});
