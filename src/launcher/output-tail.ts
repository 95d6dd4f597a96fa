import type { Readable } from 'node:stream';

/** The last lines that a child process wrote, and a way to wait for one of them. */
export interface OutputTail {
  /** At most {@link KEPT_LINES} lines, oldest first. */
  text(): string;
  /** Resolves with the first line, from now on, that contains `part`. */
  sees(part: string): Promise<string>;
}

const KEPT_LINES = 20;
const MAX_LINE = 2000;

/** Follows streams for as long as they last, so that the child never blocks on a full pipe. */
export function followOutput(streams: readonly Readable[]): OutputTail {
  const lines: string[] = [];
  const waiting = new Set<{ part: string; resolve: (line: string) => void }>();

  function add(line: string): void {
    lines.push(line.slice(0, MAX_LINE));
    if (lines.length > KEPT_LINES) lines.shift();
    for (const waiter of waiting) {
      if (!line.includes(waiter.part)) continue;
      waiting.delete(waiter);
      waiter.resolve(line);
    }
  }

  for (const stream of streams) forEachLine(stream, add);
  return {
    text: () => lines.join('\n'),
    sees: (part) => new Promise((resolve) => waiting.add({ part, resolve })),
  };
}

/** Calls `add` for each complete line; a line without an end is cut at a bound, not kept growing. */
export function forEachLine(stream: Readable, add: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = (parts.pop() ?? '').slice(-MAX_LINE);
    for (const part of parts) add(part);
  });
  stream.on('error', () => {});
}
