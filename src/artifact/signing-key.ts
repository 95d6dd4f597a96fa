import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ArtifactError } from './artifact-error.ts';

/** An Ed25519 key that signs artifacts. Nothing of it but `keyId` and `publicKeyPem` may leave the process. */
export interface SigningKey {
  /** First 16 hex digits of the SHA-256 of the public key (SPKI, DER). */
  readonly keyId: string;
  readonly privateKey: KeyObject;
  /** SPKI, PEM: the content of a file for `signing.trusted_key_files`. */
  readonly publicKeyPem: string;
}

/** Key id → public key. */
export type TrustedKeys = ReadonlyMap<string, KeyObject>;

/** A fresh key. */
export function generateSigningKey(): SigningKey {
  return signingKey(generateKeyPairSync('ed25519').privateKey);
}

/** Reads a PKCS#8 PEM file. Throws `WAF_ERR_ARTIFACT_KEY`. */
export async function loadSigningKey(file: string): Promise<SigningKey> {
  const pem = await readKeyFile(file);
  return signingKey(parseKey(file, () => createPrivateKey(pem)));
}

/**
 * Reads the key file, or creates it (mode 0600) with a fresh key. When several processes start
 * together, one file wins and all of them use it.
 */
export async function loadOrCreateSigningKey(file: string): Promise<SigningKey> {
  try {
    return await loadSigningKey(file);
  } catch (error) {
    if (!isMissing((error as Error).cause)) throw error;
  }
  const pem = generateSigningKey().privateKey.export({ type: 'pkcs8', format: 'pem' });
  await createFile(file, pem.toString());
  return loadSigningKey(file);
}

/** The public keys in SPKI PEM files, by key id. Throws `WAF_ERR_ARTIFACT_KEY` naming the file. */
export async function loadTrustedKeys(files: readonly string[]): Promise<TrustedKeys> {
  const keys = await Promise.all(
    files.map(async (file) => {
      const pem = await readKeyFile(file);
      if (!pem.includes('PUBLIC KEY')) throw notAKey(file, 'it does not hold a public key');
      return parseKey(file, () => createPublicKey(pem));
    }),
  );
  return trustedKeys(keys);
}

/** A trust store of public keys that are already in memory. */
export function trustedKeys(keys: readonly KeyObject[]): TrustedKeys {
  return new Map(keys.map((key) => [keyIdOf(key), key]));
}

/** The trust store that accepts what `key` signs. */
export function trustOf(key: SigningKey): TrustedKeys {
  return trustedKeys([createPublicKey(key.publicKeyPem)]);
}

function signingKey(privateKey: KeyObject): SigningKey {
  const publicKey = createPublicKey(privateKey);
  return {
    keyId: keyIdOf(publicKey),
    privateKey,
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

function keyIdOf(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('hex').slice(0, 16);
}

async function readKeyFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new ArtifactError('WAF_ERR_ARTIFACT_KEY', `cannot read key file ${file}`, { cause });
  }
}

function parseKey(file: string, parse: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = parse();
  } catch (cause) {
    throw notAKey(file, 'it is not a PEM key', cause);
  }
  if (key.asymmetricKeyType !== 'ed25519') {
    throw notAKey(file, `its type is ${key.asymmetricKeyType}, not ed25519`);
  }
  return key;
}

/** Writes a private file whole or not at all; an existing file wins. */
async function createFile(file: string, content: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  // A hard link, unlike a rename, fails when the name is taken.
  await link(temporary, file).catch((error) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  await unlink(temporary);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function notAKey(file: string, why: string, cause?: unknown): ArtifactError {
  return new ArtifactError('WAF_ERR_ARTIFACT_KEY', `key file ${file} is unusable: ${why}`, {
    cause,
  });
}
