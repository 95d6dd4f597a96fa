import type { EngineErrorCode } from './error-codes.ts';

/** A module could not be made ready to run. The message is for people; `code` is stable. */
export class EngineError extends Error {
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EngineError';
    this.code = code;
  }
}
