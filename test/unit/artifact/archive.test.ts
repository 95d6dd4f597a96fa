import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Archive } from '../../../src/artifact/archive/archive.ts';
import { createArchive } from '../../../src/artifact/archive/create-archive.ts';
import { digestOf, hexOf } from '../../../src/artifact/digest.ts';
import { type StoredBucket, startBucket } from './stored-bucket.ts';

const BYTES = ['one', 'two', 'three', 'four', 'five'].map((text) => Buffer.from(text));
const S3 = {
  bucket: 'artifacts',
  region: 'eu-test-1',
  prefix: '/waf/',
  access_key_id: 'KEY',
  secret_access_key: 'SECRET',
};

let folder: string;
let bucket: StoredBucket;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secbeat-archive-'));
  bucket = await startBucket(S3.bucket);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await bucket.close();
});

const kinds = ['filesystem', 's3'] as const;
const open = (kind: (typeof kinds)[number], extension?: string): Archive =>
  createArchive({ kind, dir: folder, s3: { ...S3, endpoint: bucket.endpoint } }, extension);

describe.each(kinds)('archive in %s', (kind) => {
  test('archive - keeps bytes by digest and lists them all', async () => {
    const archive = open(kind);
    expect(await archive.list()).toEqual([]);
    await Promise.all(BYTES.map((bytes) => archive.put(digestOf(bytes), bytes)));
    expect(await archive.list()).toEqual(BYTES.map(digestOf).sort());
    for (const bytes of BYTES) {
      expect(await archive.has(digestOf(bytes))).toBe(true);
      expect(Buffer.from((await archive.get(digestOf(bytes), 100))!)).toEqual(bytes);
    }
  });

  test('archive - an unknown digest is absent, not an error', async () => {
    const archive = open(kind);
    expect(await archive.has(digestOf('none'))).toBe(false);
    expect(await archive.get(digestOf('none'), 100)).toBeUndefined();
  });

  test('archive - storing again changes nothing', async () => {
    const archive = open(kind);
    await archive.put(digestOf(BYTES[0]!), BYTES[0]!);
    await archive.put(digestOf(BYTES[0]!), BYTES[0]!);
    expect(await archive.list()).toHaveLength(BYTES.length);
  });

  test('archive - refuses bytes of another digest and texts that are none', async () => {
    const archive = open(kind);
    const code = 'WAF_ERR_ARTIFACT_DIGEST';
    await expect(archive.put(digestOf('a'), Buffer.from('b'))).rejects.toMatchObject({ code });
    await expect(async () => archive.get('sha256:../../etc/passwd', 9)).rejects.toMatchObject({
      code,
    });
  });

  test('archive - reads no more than it is allowed to', async () => {
    const code = 'WAF_ERR_ARTIFACT_TOO_LARGE';
    await expect(open(kind).get(digestOf(BYTES[2]!), 4)).rejects.toMatchObject({ code });
  });

  test('archive - kinds of content with another extension stay apart', async () => {
    const documents = open(kind, 'json');
    await documents.put(digestOf('{}'), Buffer.from('{}'));
    expect(await documents.list()).toEqual([digestOf('{}')]);
    expect(await open(kind).has(digestOf('{}'))).toBe(false);
  });
});

test('archive - a damaged file is noticed', async () => {
  const hex = hexOf(digestOf(BYTES[0]!));
  await writeFile(join(folder, hex.slice(0, 2), `${hex}.wasm`), 'changed');
  await expect(open('filesystem').get(digestOf(BYTES[0]!), 100)).rejects.toMatchObject({
    code: 'WAF_ERR_ARTIFACT_DIGEST',
  });
});

test('archive - no temporary files stay behind', async () => {
  const names = await readdir(folder, { recursive: true });
  expect(names.filter((name) => name.endsWith('.tmp'))).toEqual([]);
  expect(names.filter((name) => name.endsWith('.wasm'))).toHaveLength(BYTES.length);
});

test('archive - a folder that cannot be written is an error with its cause', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  const archive = createArchive({ kind: 'filesystem', dir: file, s3: { ...S3, endpoint: '' } });
  const refused = archive.put(digestOf('x'), Buffer.from('x'));
  await expect(refused).rejects.toMatchObject({
    code: expect.stringMatching(/^WAF_ERR_ARTIFACT_ARCHIVE$/),
    cause: expect.objectContaining({ code: 'ENOTDIR' }),
  });
});

test('s3 archive - objects lie under the prefix, and what is there is not sent twice', async () => {
  const hex = hexOf(digestOf(BYTES[1]!));
  expect(bucket.objects.has(`waf/${hex.slice(0, 2)}/${hex}.wasm`)).toBe(true);
  const before = bucket.requests.length;
  await open('s3').put(digestOf(BYTES[1]!), BYTES[1]!);
  expect(bucket.requests.slice(before).map((request) => request.split(' ')[0])).toEqual(['HEAD']);
});

test('s3 archive - a busy server is asked again, a refusal is not', async () => {
  bucket.failures.push(503);
  expect(await open('s3').has(digestOf(BYTES[1]!))).toBe(true);
  const { endpoint } = bucket;
  const stranger = createArchive({
    kind: 's3',
    dir: '',
    s3: { ...S3, endpoint, access_key_id: 'OTHER' },
  });
  const refused = stranger.get(digestOf(BYTES[1]!), 100);
  await expect(refused).rejects.toThrow(/status 403/);
  await expect(refused).rejects.not.toThrow(/SECRET/);
});
