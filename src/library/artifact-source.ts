import { readFile } from 'node:fs/promises';
import { CodedError } from '../config/coded-error.ts';
import type { LibraryErrorCode } from './error-codes.ts';

/**
 * An artifact: its bytes, the path of its file, or a `file:` URL. Bytes belong to the Waf from then on:
 * whoever changes them later changes what it falls back to.
 */
export type ArtifactSource = Uint8Array | string | URL;

/** The artifact could not be read. */
export class LibraryError extends CodedError<LibraryErrorCode> {}

/** Throws `WAF_ERR_LIBRARY_SOURCE`. */
export async function readSource(source: ArtifactSource): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  try {
    return await readFile(source);
  } catch (cause) {
    throw new LibraryError('WAF_ERR_LIBRARY_SOURCE', `cannot read the artifact ${source}`, {
      cause,
    });
  }
}
