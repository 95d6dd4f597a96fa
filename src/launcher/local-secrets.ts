import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** The API key of the local fleet: made once, kept readable by its owner only. */
export function localApiKey(file: string): string {
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (kept !== '') return kept;
  const key = `sb_${randomBytes(24).toString('base64url')}`;
  writePrivate(file, `${key}\n`);
  return key;
}

/**
 * Makes the orchestrator's signing key if there is none, and writes its public half where the nodes
 * look for keys to trust, so that both sides can start in any order.
 */
export function ensureSigningKeys(privateFile: string, publicFile: string): void {
  if (!existsSync(privateFile)) {
    const { privateKey } = generateKeyPairSync('ed25519');
    writePrivate(privateFile, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  }
  const publicKey = createPublicKey(createPrivateKey(readFileSync(privateFile)));
  mkdirSync(dirname(publicFile), { recursive: true });
  writeFileSync(publicFile, publicKey.export({ type: 'spki', format: 'pem' }));
}

function writePrivate(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, content, { mode: 0o600 });
}
