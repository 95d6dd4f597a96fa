import { CodedError } from '../config/coded-error.ts';
import type { RuleErrorCode } from './error-codes.ts';

/** The store, the trial or a file did not do what the rule book needs. */
export class RuleBookError extends CodedError<RuleErrorCode> {}
