import type { ByteText } from './byte-text.ts';

/** Bytes that are appended to, and cut off again, without being copied each time. */
export class GrowingBytes {
  #bytes: Buffer = Buffer.from(new ArrayBuffer(1024));
  #length = 0;
  view = new DataView(this.#bytes.buffer);

  get length(): number {
    return this.#length;
  }

  /** Makes room for `size` bytes more, all 0. Returns where they start. `view` may be another one then. */
  grow(size: number): number {
    const start = this.#length;
    this.#length += size;
    if (this.#length > this.#bytes.length) {
      const before = this.#bytes;
      this.#bytes = Buffer.from(new ArrayBuffer(2 * this.#length));
      this.#bytes.set(before);
      this.view = new DataView(this.#bytes.buffer);
    }
    this.#bytes.fill(0, start, this.#length);
    return start;
  }

  append(text: ByteText): void {
    const at = this.grow(text.length);
    this.#bytes.write(text, at, 'latin1');
  }

  cut(length: number): void {
    this.#length = length;
  }

  /** The bytes, in a buffer of their own. */
  copy(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#bytes.buffer as ArrayBuffer).slice(0, this.#length);
  }
}
