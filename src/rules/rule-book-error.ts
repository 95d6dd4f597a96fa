import type { RuleErrorCode } from './error-codes.ts';

/** The store, the trial or a file did not do what the rule book needs. */
export class RuleBookError extends Error {
  readonly code: RuleErrorCode;

  constructor(code: RuleErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.name = 'RuleBookError';
    this.code = code;
  }
}
