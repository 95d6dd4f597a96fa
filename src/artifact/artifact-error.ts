import type { ArtifactErrorCode } from './error-codes.ts';

/** Bytes that are not an acceptable artifact, or an artifact that could not be kept. */
export class ArtifactError extends Error {
  readonly code: ArtifactErrorCode;
  /** Byte offset in the file at which the fault was noticed, when there is one. */
  readonly offset: number | undefined;

  constructor(
    code: ArtifactErrorCode,
    message: string,
    options: ErrorOptions & { readonly offset?: number } = {},
  ) {
    super(message, options);
    this.name = 'ArtifactError';
    this.code = code;
    this.offset = options.offset;
  }
}

/** The error for bytes that no node would run; the message gets the documented beginning. */
export function invalidModule(
  code: ArtifactErrorCode,
  what: string,
  offset?: number,
): ArtifactError {
  return new ArtifactError(
    code,
    `Invalid WASM module: ${what}`,
    offset === undefined ? {} : { offset },
  );
}
