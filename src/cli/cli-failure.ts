import type { Diagnostic } from '../rules/diagnostic.ts';
import type { ExitCode } from './exit-code.ts';

/** Ends a command: the message goes to standard error, with `--json` as `{error, code?, hint?, diagnostics?}`. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure';
  readonly exitCode: ExitCode;
  readonly code: string | undefined;
  readonly hint: string | undefined;
  readonly diagnostics: readonly Diagnostic[];

  constructor(
    exitCode: ExitCode,
    message: string,
    details: {
      readonly code?: string | undefined;
      readonly hint?: string | undefined;
      readonly diagnostics?: readonly Diagnostic[] | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.exitCode = exitCode;
    this.code = details.code;
    this.hint = details.hint;
    this.diagnostics = details.diagnostics ?? [];
  }
}
