import { type KeyObject, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';
import { canonicalJson } from '../config/canonical-json.ts';
import { type ArtifactError, invalidModule } from './artifact-error.ts';
import { concat, encodeCustomSection } from './byte-writer.ts';
import type { SigningKey, TrustedKeys } from './signing-key.ts';

/**
 * Custom section `secbeat.signature`, always the last one:
 * `{"algorithm":"ed25519","key_id":"…","signature":"<base64>"}`, over every byte before the section.
 */
export const SIGNATURE_SECTION = 'secbeat.signature';

export interface Signature {
  readonly keyId: string;
  readonly signature: Uint8Array;
}

/**
 * What a signature says: `trusted`: by a key of the trust store and correct; `untrusted-key`: by a
 * key that is not in it (correct or not cannot be known); `invalid`: does not fit the bytes.
 */
export interface SignatureState {
  readonly state: 'trusted' | 'untrusted-key' | 'unsigned' | 'invalid';
  readonly key_id?: string;
}

const MAX_SECTION_BYTES = 1024;

/** The bytes with a signature section at their end. Ed25519 is deterministic: same bytes, same result. */
export function appendSignature(bytes: Uint8Array, key: SigningKey): Uint8Array<ArrayBuffer> {
  const payload = canonicalJson({
    algorithm: 'ed25519',
    key_id: key.keyId,
    signature: sign(null, bytes, key.privateKey).toString('base64'),
  });
  return concat([bytes, encodeCustomSection(SIGNATURE_SECTION, Buffer.from(payload))]);
}

/** Reads the payload of the section. Throws `WAF_ERR_ARTIFACT_SIGNATURE`. */
export function parseSignature(payload: Uint8Array): Signature {
  if (payload.length > MAX_SECTION_BYTES) throw malformed('is too long');
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(payload).toString('utf8'));
  } catch {
    throw malformed('is not JSON');
  }
  const { algorithm, key_id, signature } = (value ?? {}) as Record<string, unknown>;
  if (algorithm !== 'ed25519') throw malformed('is not an ed25519 signature');
  if (typeof key_id !== 'string' || !/^[0-9a-f]{16}$/.test(key_id))
    throw malformed('has no key id');
  if (typeof signature !== 'string' || !/^[A-Za-z0-9+/]{86}==$/.test(signature)) {
    throw malformed('does not hold 64 bytes of base64');
  }
  return { keyId: key_id, signature: Buffer.from(signature, 'base64') };
}

/** What `readArtifact` returns of who signed. */
interface Signed {
  readonly signature: Signature | null;
  readonly signedBytes: Uint8Array;
}

/** Checks who signed. */
export function verifySignature(signed: Signed, trustedKeys: TrustedKeys): SignatureState {
  const claim = claimOf(signed, trustedKeys);
  if (claim.key === null) return claim.state;
  return verified(claim.keyId, verify(null, signed.signedBytes, claim.key, claim.signature));
}

/** The same, off this thread; the bytes must stay as they are until it is done. */
export async function verifySignatureAside(
  signed: Signed,
  trustedKeys: TrustedKeys,
): Promise<SignatureState> {
  const claim = claimOf(signed, trustedKeys);
  if (claim.key === null) return claim.state;
  const { key, keyId, signature } = claim;
  return verified(keyId, await verifyAside(null, signed.signedBytes, key, signature));
}

const verifyAside: (
  algorithm: null,
  data: Uint8Array,
  key: KeyObject,
  signature: Uint8Array,
) => Promise<boolean> = promisify(verify);

type Claim =
  | { readonly key: null; readonly state: SignatureState }
  | { readonly key: KeyObject; readonly keyId: string; readonly signature: Uint8Array };

/** The key with which the signature can be checked, or what it is without checking. */
function claimOf({ signature }: Signed, trustedKeys: TrustedKeys): Claim {
  if (signature === null) return { key: null, state: { state: 'unsigned' } };
  const { keyId } = signature;
  const key = trustedKeys.get(keyId);
  if (key === undefined) return { key: null, state: { state: 'untrusted-key', key_id: keyId } };
  return { key, keyId, signature: signature.signature };
}

function verified(keyId: string, isCorrect: boolean): SignatureState {
  return { state: isCorrect ? 'trusted' : 'invalid', key_id: keyId };
}

function malformed(what: string): ArtifactError {
  return invalidModule('WAF_ERR_ARTIFACT_SIGNATURE', `signature section ${what}`);
}
