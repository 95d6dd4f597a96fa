import { CodedError } from '../config/coded-error.ts';
import type { GeneratorErrorCode } from './error-codes.ts';

/** A step of the generator that failed and will be tried again. */
export class GeneratorError extends CodedError<GeneratorErrorCode> {}
