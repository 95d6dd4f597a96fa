import { UpstreamFault } from './upstream-fault.ts';

const SIZE = 0;
const EXTENSION = 1;
const SIZE_LF = 2;
const DATA = 3;
const DATA_CR = 4;
const DATA_LF = 5;
const TRAILER_START = 6;
const TRAILER = 7;
const TRAILER_LF = 8;
const END_LF = 9;
const END = 10;

/** Bytes of chunk extensions and trailers, all together; both are dropped. */
const MAX_IGNORED_BYTES = 16_384;
/** 2^44 bytes a chunk. */
const MAX_SIZE_DIGITS = 11;

const CR = 0x0d;
const LF = 0x0a;
const SEMICOLON = 0x3b;

/** Takes the chunked coding off a body that comes in pieces of any size. Trailers are dropped. */
export class ChunkDecoder {
  #state = SIZE;
  #left = 0;
  #digits = 0;
  #ignored = 0;

  /** Whether the end of the body has been read. */
  get done(): boolean {
    return this.#state === END;
  }

  /**
   * Reads on, at most to the end of the body, and gives the data it finds to `onData` as views of
   * `bytes`. Returns how many bytes belonged to the body. Throws `UpstreamFault`.
   */
  decode(bytes: Buffer, onData: (data: Buffer) => void): number {
    let at = 0;
    while (at < bytes.length && this.#state !== END) {
      if (this.#state === DATA) {
        const end = Math.min(bytes.length, at + this.#left);
        this.#left -= end - at;
        onData(bytes.subarray(at, end));
        at = end;
        if (this.#left === 0) this.#state = DATA_CR;
      } else {
        this.#state = this.#next(bytes[at]!);
        at++;
      }
    }
    return at;
  }

  /** The state after one byte that is not data. */
  #next(byte: number): number {
    switch (this.#state) {
      case SIZE:
        return this.#size(byte);
      case EXTENSION:
        return byte === CR ? SIZE_LF : this.#ignore(byte, EXTENSION);
      case SIZE_LF:
        this.#digits = 0;
        return expect(byte, LF, this.#left === 0 ? TRAILER_START : DATA);
      case DATA_CR:
        return expect(byte, CR, DATA_LF);
      case DATA_LF:
        return expect(byte, LF, SIZE);
      case TRAILER_START:
        return byte === CR ? END_LF : this.#ignore(byte, TRAILER);
      case TRAILER:
        return byte === CR ? TRAILER_LF : this.#ignore(byte, TRAILER);
      case TRAILER_LF:
        return expect(byte, LF, TRAILER_START);
      default:
        return expect(byte, LF, END);
    }
  }

  #size(byte: number): number {
    const digit = hexDigit(byte);
    if (digit === -1) {
      if (this.#digits === 0) malformed();
      if (byte === CR) return SIZE_LF;
      // Some servers pad the size with blanks; they are read as an empty extension.
      return byte === SEMICOLON || byte === 0x20 ? EXTENSION : malformed();
    }
    this.#left = this.#digits === 0 ? digit : this.#left * 16 + digit;
    this.#digits += 1;
    return this.#digits > MAX_SIZE_DIGITS ? malformed() : SIZE;
  }

  #ignore(byte: number, state: number): number {
    this.#ignored += 1;
    return byte === LF || this.#ignored > MAX_IGNORED_BYTES ? malformed() : state;
  }
}

function expect(byte: number, wanted: number, state: number): number {
  return byte === wanted ? state : malformed();
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

function malformed(): never {
  throw new UpstreamFault('UPSTREAM_MALFORMED', 'the upstream sent a malformed chunked body');
}
