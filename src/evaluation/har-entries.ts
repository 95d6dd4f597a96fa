/** The text of one entry, or null when it is longer than allowed. */
export type HarEntry = Buffer | null;

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d];
const LONGEST_NAME = 16;

/**
 * Cuts the objects of `log.entries` out of the text of a HAR file, without holding more than one of them.
 * The text need not be valid; an entry is whatever lies between its braces.
 */
export async function* harEntries(
  chunks: AsyncIterable<Buffer>,
  maxBytes: number,
): AsyncGenerator<HarEntry> {
  const scanner = new EntryScanner(maxBytes);
  for await (const chunk of chunks) yield* scanner.scan(chunk);
}

class EntryScanner {
  readonly #maxBytes: number;
  #depth = 0;
  #inString = false;
  #isEscaped = false;
  /** The last string outside of the entries, and the name that a colon made of it. */
  #string = '';
  #name = '';
  /** Path down to where the scanner is: the names that lead to `log.entries`. */
  #inLog = false;
  #inEntries = false;
  #parts: Buffer[] = [];
  #held = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  *scan(chunk: Buffer): Generator<HarEntry> {
    let from = this.#isInEntry ? 0 : -1;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (this.#inString) {
        at = this.#readString(chunk, at);
        continue;
      }
      if (byte === OPEN_OBJECT && this.#inEntries && this.#depth === 3) from = at;
      this.#readMark(byte);
      if (byte === CLOSE_OBJECT && from !== -1 && this.#depth === 3) {
        this.#hold(chunk.subarray(from, at + 1));
        yield this.#finish();
        from = -1;
      }
    }
    if (from !== -1) this.#hold(chunk.subarray(from));
  }

  get #isInEntry(): boolean {
    return this.#inEntries && this.#depth > 3;
  }

  /** Reads on inside a string; returns where it stopped. */
  #readString(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === BACKSLASH) this.#isEscaped = true;
      else if (byte === QUOTE) {
        this.#inString = false;
        return at;
      } else if (this.#string.length < LONGEST_NAME) this.#string += String.fromCharCode(byte);
    }
    return chunk.length;
  }

  #readMark(byte: number): void {
    switch (byte) {
      case QUOTE:
        this.#inString = true;
        this.#string = '';
        return;
      case COLON:
        this.#name = this.#string;
        return;
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        this.#open(byte);
        return;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        this.#close();
        return;
    }
  }

  #open(byte: number): void {
    this.#depth++;
    if (this.#depth === 2) this.#inLog = this.#name === 'log';
    if (this.#depth === 3) {
      this.#inEntries = this.#inLog && byte === OPEN_ARRAY && this.#name === 'entries';
    }
  }

  #close(): void {
    this.#depth--;
    if (this.#depth === 2) this.#inEntries = false;
  }

  #hold(part: Buffer): void {
    this.#held += part.length;
    if (this.#held <= this.#maxBytes) this.#parts.push(Buffer.from(part));
    else this.#parts = [];
  }

  #finish(): HarEntry {
    const entry = this.#held > this.#maxBytes ? null : Buffer.concat(this.#parts, this.#held);
    this.#parts = [];
    this.#held = 0;
    return entry;
  }
}
