/** One line of a text, without its end. */
export interface Line {
  /** Counted from 1. */
  readonly number: number;
  /** Null when the line is longer than allowed. */
  readonly bytes: Buffer | null;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Splits chunks into lines. What is held at a time is one chunk and one line of `maxBytes` at most. */
export async function* readLines(
  chunks: AsyncIterable<Buffer>,
  maxBytes: number,
): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let held = 0;
  let number = 0;
  const take = (part: Buffer) => {
    held += part.length;
    if (held <= maxBytes) parts.push(part);
    else parts = [];
  };
  const end = (): Line => {
    const bytes = held > maxBytes ? null : withoutReturn(Buffer.concat(parts, held));
    parts = [];
    held = 0;
    return { number: ++number, bytes };
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      take(chunk.subarray(from, at));
      yield end();
      from = at + 1;
    }
    if (from < chunk.length) take(chunk.subarray(from));
  }
  if (held > 0) yield end();
}

function withoutReturn(line: Buffer): Buffer {
  return line.at(-1) === RETURN ? line.subarray(0, -1) : line;
}
