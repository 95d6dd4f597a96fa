/**
 * Keeps the bytes of every release by their digest, for ever.
 * Not part of this port: which release used them, when to delete them.
 */
export interface Archive {
  /** Idempotent. Throws `WAF_ERR_ARTIFACT_DIGEST` when the bytes have another digest. */
  put(digest: string, bytes: Uint8Array): Promise<void>;
  /**
   * The bytes, checked against the digest, or undefined when there are none.
   * Throws `WAF_ERR_ARTIFACT_TOO_LARGE` before it reads more than `maxBytes`.
   */
  get(digest: string, maxBytes: number): Promise<Uint8Array | undefined>;
  has(digest: string): Promise<boolean>;
  /** All digests, sorted. */
  list(): Promise<readonly string[]>;
}

/** Names of stored files: `ab/abcdef….<extension>`, by the hex digits of the digest. */
export function archiveName(hex: string, extension: string): string {
  return `${hex.slice(0, 2)}/${hex}.${extension}`;
}
