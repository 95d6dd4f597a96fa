import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  generateSigningKey,
  loadOrCreateSigningKey,
  loadSigningKey,
  loadTrustedKeys,
} from '../../../src/artifact/signing-key.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secbeat-keys-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('signing key - is created once, private, and read again', async () => {
  const file = join(folder, 'deep', 'key.pem');
  const created = await loadOrCreateSigningKey(file);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await loadOrCreateSigningKey(file)).keyId).toBe(created.keyId);
  expect((await loadSigningKey(file)).publicKeyPem).toBe(created.publicKeyPem);
  expect(created.keyId).toMatch(/^[0-9a-f]{16}$/);
});

test('signing key - processes that start together agree on one key and leave nothing behind', async () => {
  const file = join(folder, 'key.pem');
  const keys = await Promise.all(Array.from({ length: 8 }, () => loadOrCreateSigningKey(file)));
  expect(new Set(keys.map(({ keyId }) => keyId)).size).toBe(1);
  expect(await readdir(folder)).toEqual(['key.pem']);
});

test('trusted keys - are found by the id that the signer uses', async () => {
  const keys = [generateSigningKey(), generateSigningKey()];
  const files = await Promise.all(
    keys.map(async ({ publicKeyPem }, index) => {
      const file = join(folder, `${index}.pub.pem`);
      await writeFile(file, publicKeyPem);
      return file;
    }),
  );
  expect([...(await loadTrustedKeys(files)).keys()]).toEqual(keys.map(({ keyId }) => keyId));
  expect((await loadTrustedKeys([])).size).toBe(0);
});

const pem = { type: 'spki', format: 'pem' } as const;
const unusable: [string, string, RegExp][] = [
  ['text', 'hello PUBLIC KEY', /it is not a PEM key/],
  [
    'another type',
    generateKeyPairSync('x25519').publicKey.export(pem).toString(),
    /x25519, not ed25519/,
  ],
  [
    'a private key',
    generateSigningKey().privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    /does not hold a public key/,
  ],
];

test.each(unusable)('trusted keys - refuse %s, naming the file', async (_, content, text) => {
  const file = join(folder, 'bad.pem');
  await writeFile(file, content);
  await expect(loadTrustedKeys([file])).rejects.toThrow(text);
  await expect(loadTrustedKeys([file])).rejects.toThrow(file);
});

test('signing key - a damaged file is an error, never replaced', async () => {
  const file = join(folder, 'key.pem');
  await writeFile(file, 'damaged');
  await expect(loadOrCreateSigningKey(file)).rejects.toMatchObject({
    code: 'WAF_ERR_ARTIFACT_KEY',
  });
  await expect(loadTrustedKeys([join(folder, 'none.pem')])).rejects.toMatchObject({
    code: 'WAF_ERR_ARTIFACT_KEY',
  });
});
