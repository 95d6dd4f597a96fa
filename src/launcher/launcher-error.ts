import { CodedError } from '../config/coded-error.ts';
import type { LauncherErrorCode } from './error-codes.ts';

/** The local fleet cannot be started or kept running; `message` says what a person should do. */
export class LauncherError extends CodedError<LauncherErrorCode> {}
