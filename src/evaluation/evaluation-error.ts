import { CodedError } from '../config/coded-error.ts';
import type { EvaluationErrorCode } from './error-codes.ts';

/** A recording or an artifact cannot be used at all; single bad records are counted instead. */
export class EvaluationError extends CodedError<EvaluationErrorCode> {}
