import { CodedError } from '../config/coded-error.ts';
import type { FtwErrorCode } from './error-codes.ts';

/** A suite that cannot be run; `code` is one of `FTW_ERRORS`. */
export class FtwError extends CodedError<FtwErrorCode> {}
