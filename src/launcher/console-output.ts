import { formatLogLine } from './format-log-line.ts';

export interface ConsoleOutput {
  /** Text of the launcher itself; may have several lines. */
  print(text: string): void;
  /** One line that a process of the fleet wrote. */
  printLine(process: string, line: string): void;
}

/**
 * Writes to standard output: for a person, or one JSON object a line. When the reader of a pipe goes
 * away (`npm start | head`) that is no crash but the wish to end, told to `onClosed`.
 */
export function createConsoleOutput(json: boolean, onClosed: () => void): ConsoleOutput {
  let closed = false;
  process.stdout.on('error', () => {
    if (!closed) onClosed();
    closed = true;
  });
  const write = (text: string) => {
    if (!closed) process.stdout.write(`${text}\n`);
  };
  if (!json) return { print: write, printLine: (name, line) => write(formatLogLine(name, line)) };
  return {
    print: (msg) =>
      write(JSON.stringify({ name: 'launcher', time: new Date().toISOString(), msg })),
    printLine: (_, line) => write(line),
  };
}
