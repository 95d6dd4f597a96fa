import type { OrchestratorErrorCode } from './error-codes.ts';

/** A refusal that a route decides on; the error handler turns it into `{error, code, hint}`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: OrchestratorErrorCode;
  /** What to do about it. */
  readonly hint: string;

  constructor(
    status: number,
    code: OrchestratorErrorCode,
    message: string,
    hint: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.status = status;
    this.code = code;
    this.hint = hint;
  }
}
