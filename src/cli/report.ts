import type { Command } from 'commander';
import { EXIT_CODE, type ExitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** What a command found: as text for people, as one JSON document with `--json`. */
export interface Report {
  readonly text: string;
  readonly json: unknown;
  /** Default ok. */
  readonly exitCode?: ExitCode;
}

/** Gives a command its `--json` option and lets it end with a report. */
export function reports<Options extends object, Args extends unknown[] = []>(
  command: Command,
  terminal: Terminal,
  action: (options: Options, ...args: Args) => Promise<Report>,
): Command {
  command.option('--json', 'print one JSON document');
  return command.action(async (...given: unknown[]) => {
    // commander hands over the arguments, then the options, then the command.
    const args = given.slice(0, -2) as Args;
    const options = given.at(-2) as Options & { json?: boolean };
    const { text, json, exitCode = EXIT_CODE.ok } = await action(options, ...args);
    const output = options.json === true ? JSON.stringify(json, null, 2) : text;
    if (output !== '') terminal.out(output);
    process.exitCode = exitCode;
  });
}
