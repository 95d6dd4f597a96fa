import { type ArtifactError, invalidModule } from './artifact-error.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads the primitives of the WebAssembly binary format from `[position, end)` of a byte array.
 * Nothing is copied; every read is checked, so hostile bytes end in `ArtifactError` and nothing else.
 */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  position: number;

  constructor(bytes: Uint8Array, position = 0, end = bytes.length) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  get done(): boolean {
    return this.position >= this.end;
  }

  u8(): number {
    if (this.position >= this.end) throw this.truncated();
    return this.bytes[this.position++]!;
  }

  /** Unsigned LEB128 of at most 32 bits. */
  u32(): number {
    const start = this.position;
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.u8();
      if (shift === 28 && byte > 0x0f) break;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw invalidModule('WAF_ERR_ARTIFACT_MALFORMED', `number too large at offset ${start}`, start);
  }

  /** Signed LEB128 of at most 32 bits. */
  i32(): number {
    const start = this.position;
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.u8();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        return shift < 28 && (byte & 0x40) !== 0 ? value | (-1 << (shift + 7)) : value;
      }
    }
    throw invalidModule('WAF_ERR_ARTIFACT_MALFORMED', `number too large at offset ${start}`, start);
  }

  /** Passes over a LEB128 number of at most `bits` bits without reading its value. */
  skipLeb(bits: 32 | 33 | 64): void {
    const start = this.position;
    for (let count = Math.ceil(bits / 7); count > 0; count--) {
      if (this.u8() < 0x80) return;
    }
    throw invalidModule('WAF_ERR_ARTIFACT_MALFORMED', `number too large at offset ${start}`, start);
  }

  skip(length: number): void {
    if (length > this.end - this.position) throw this.truncated();
    this.position += length;
  }

  /** A view of the next `length` bytes. */
  take(length: number): Uint8Array {
    const start = this.position;
    this.skip(length);
    return this.bytes.subarray(start, this.position);
  }

  /** The length of a vector whose elements take at least one byte each, so that no loop outlasts its bytes. */
  vectorLength(): number {
    const start = this.position;
    const length = this.u32();
    if (length > this.end - this.position) throw this.truncated(start);
    return length;
  }

  /** A name: length and UTF-8 text. */
  name(): string {
    const start = this.position;
    const bytes = this.take(this.vectorLength());
    try {
      return UTF8.decode(bytes);
    } catch {
      throw invalidModule(
        'WAF_ERR_ARTIFACT_MALFORMED',
        `name at offset ${start} is not UTF-8`,
        start,
      );
    }
  }

  /** Reads no further than `length` bytes from here, and moves this reader behind them. */
  window(length: number): ByteReader {
    const start = this.position;
    this.skip(length);
    return new ByteReader(this.bytes, start, this.position);
  }

  private truncated(offset = this.position): ArtifactError {
    return invalidModule(
      'WAF_ERR_ARTIFACT_TRUNCATED',
      `truncated section at offset ${offset}`,
      offset,
    );
  }
}
