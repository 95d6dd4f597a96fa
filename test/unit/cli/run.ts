import { runCli } from '../../../src/cli/run-cli.ts';
import type { Terminal } from '../../../src/cli/terminal.ts';

export interface Outcome {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process with a terminal that keeps what is written. */
export async function run(
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly stdin?: string } = {},
): Promise<Outcome> {
  const out: string[] = [];
  const err: string[] = [];
  const terminal: Terminal = {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    style: (_style, text) => text,
    interactive: false,
    progress: () => undefined,
    readStdin: async () => options.stdin ?? '',
    env: options.env ?? {},
  };
  process.exitCode = 0;
  await runCli(args, terminal);
  const exitCode = Number(process.exitCode ?? 0);
  process.exitCode = 0;
  return { exitCode, out: out.join('\n'), err: err.join('\n') };
}
