import { CommanderError } from 'commander';
import { ConfigError } from '../config/config-error.ts';
import { CliFailure } from './cli-failure.ts';
import { diagnosticText } from './diagnostics-text.ts';
import { EXIT_CODE, type ExitCode } from './exit-code.ts';
import { createProgram } from './program.ts';
import type { Terminal } from './terminal.ts';

/** Runs one command line (without `node` and the script); failures are printed, never thrown. */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<void> {
  try {
    await createProgram(terminal).parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version end this way too; commander has written its message already.
      process.exitCode = error.exitCode === 0 ? EXIT_CODE.ok : EXIT_CODE.usage;
      return;
    }
    const failure = asFailure(error);
    process.exitCode = failure.exitCode;
    if (args.includes('--json')) terminal.out(JSON.stringify(failureJson(failure), null, 2));
    else printFailure(failure, terminal);
  }
}

function asFailure(error: unknown): CliFailure {
  if (error instanceof CliFailure) return error;
  const { message, code } = error as Error & { code?: unknown };
  const wrongSettings = error instanceof ConfigError || code === 'WAF_ERR_LAUNCHER_BASE_PORT';
  const exitCode: ExitCode = wrongSettings ? EXIT_CODE.usage : EXIT_CODE.refused;
  return new CliFailure(exitCode, message, {
    code: typeof code === 'string' ? code : undefined,
    cause: error,
  });
}

function failureJson({ message, code, hint, diagnostics }: CliFailure): object {
  return { error: message, code, hint, ...(diagnostics.length === 0 ? {} : { diagnostics }) };
}

function printFailure({ message, hint, diagnostics }: CliFailure, terminal: Terminal): void {
  terminal.progress('');
  terminal.err(`secbeat: ${message}`);
  for (const diagnostic of diagnostics) terminal.err(diagnosticText(diagnostic, '', terminal));
  if (hint !== undefined) terminal.err(hint);
}
