import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Where a command writes, and what it may assume of the reader. */
export interface Terminal {
  /** Results: one text, newline added. */
  out(text: string): void;
  /** Messages to the person: progress, hints, failures. */
  err(text: string): void;
  /** Colours the text when standard output is a terminal that wants colours. */
  style(style: Style, text: string): string;
  /** Standard error is a terminal, so a line may be rewritten. */
  readonly interactive: boolean;
  /** Rewrites the progress line; does nothing when not interactive. '' removes it. */
  progress(text: string): void;
  readStdin(): Promise<string>;
  readonly env: NodeJS.ProcessEnv;
}

/** The terminal of this process. A reader that closes the pipe (`| head`) ends the process quietly. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  for (const stream of [stdout, stderr]) stream.on('error', endOnBrokenPipe);
  const colours = stdout.isTTY === true && stdout.hasColors(env) && !env.NO_COLOR;
  const interactive = stderr.isTTY === true;
  return {
    out: (text) => void stdout.write(`${text}\n`),
    err: (text) => void stderr.write(`${text}\n`),
    style: (style, text) => (colours ? styleText(style, text) : text),
    interactive,
    progress(text) {
      if (interactive) stderr.write(`\r\u001b[K${text}`);
    },
    async readStdin() {
      const chunks: Buffer[] = [];
      for await (const chunk of stdin) chunks.push(chunk);
      return Buffer.concat(chunks).toString('utf8');
    },
    env,
  };
}

function endOnBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
  throw error;
}
