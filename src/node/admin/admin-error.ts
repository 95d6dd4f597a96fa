import type { NodeErrorCode } from '../error-codes.ts';

/** A refusal that a route decides on: `{error, code, hint}` with `status`. */
export class AdminError extends Error {
  readonly status: number;
  readonly code: NodeErrorCode;
  readonly hint: string;

  constructor(status: number, code: NodeErrorCode, message: string, hint: string) {
    super(message);
    this.name = 'AdminError';
    this.status = status;
    this.code = code;
    this.hint = hint;
  }
}
