import { CodedError } from '../config/coded-error.ts';
import type { EngineErrorCode } from './error-codes.ts';

/** A module could not be made ready to run. The message is for people; `code` is stable. */
export class EngineError extends CodedError<EngineErrorCode> {}
