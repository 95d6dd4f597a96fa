import type { LauncherErrorCode } from './error-codes.ts';

/** The local fleet cannot be started or kept running; `message` says what a person should do. */
export class LauncherError extends Error {
  override readonly name = 'LauncherError';
  readonly code: LauncherErrorCode;

  constructor(code: LauncherErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
