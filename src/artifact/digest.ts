import { createHash } from 'node:crypto';
import { ArtifactError } from './artifact-error.ts';
import type { Pieces } from './pieces.ts';

const DIGEST = /^sha256:([0-9a-f]{64})$/;

/** `sha256:<hex>` of the bytes. */
export function digestOf(bytes: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Bytes that are hashed between two yields. */
const PIECE_BYTES = 65_536;

/** The same, in pieces. */
export function* digestInPieces(bytes: Uint8Array): Pieces<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    hash.update(bytes.subarray(at, at + PIECE_BYTES));
    yield;
  }
  return `sha256:${hash.digest('hex')}`;
}

/** The 64 hex digits of a digest. Throws `WAF_ERR_ARTIFACT_DIGEST` for any other text. */
export function hexOf(digest: string): string {
  const hex = DIGEST.exec(digest)?.[1];
  if (hex === undefined) {
    throw new ArtifactError(
      'WAF_ERR_ARTIFACT_DIGEST',
      `not a digest: ${JSON.stringify(digest.slice(0, 100))}`,
    );
  }
  return hex;
}

/** Throws `WAF_ERR_ARTIFACT_DIGEST` unless `digest` is that of the bytes. */
export function assertDigest(digest: string, bytes: Uint8Array): void {
  hexOf(digest);
  const actual = digestOf(bytes);
  if (actual !== digest) {
    throw new ArtifactError(
      'WAF_ERR_ARTIFACT_DIGEST',
      `expected ${digest}, the bytes are ${actual}`,
    );
  }
}
