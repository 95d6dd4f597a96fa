import { writeFile } from 'node:fs/promises';
import {
  loadOrCreateSigningKey,
  loadTrustedKeys,
  type SigningKey,
  type TrustedKeys,
  trustOf,
} from '../artifact/signing-key.ts';
import type { SigningSettings } from '../config/settings.ts';

export interface Signing {
  readonly key: SigningKey;
  /** The configured keys and our own. */
  readonly trustedKeys: TrustedKeys;
}

/**
 * Loads the signing key, or makes one, and leaves its public half beside it (`signing.pem` →
 * `signing.pub.pem`) for the nodes to trust. Throws `WAF_ERR_ARTIFACT_KEY` for unusable files.
 */
export async function prepareSigning(settings: SigningSettings): Promise<Signing> {
  const key = await loadOrCreateSigningKey(settings.private_key_file);
  await writeIfAbsent(publicFileOf(settings.private_key_file), key.publicKeyPem);
  const configured = await loadTrustedKeys(settings.trusted_key_files);
  return { key, trustedKeys: new Map([...configured, ...trustOf(key)]) };
}

function publicFileOf(privateFile: string): string {
  return `${privateFile.replace(/\.pem$/, '')}.pub.pem`;
}

async function writeIfAbsent(file: string, content: string): Promise<void> {
  await writeFile(file, content, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}
