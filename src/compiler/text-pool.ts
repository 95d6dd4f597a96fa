import type { ByteText } from './byte-text.ts';

/** The text section: every different text once, in the order in which they come. */
export class TextPool {
  readonly #starts = new Map<ByteText, number>();
  readonly #texts: ByteText[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Where the text starts in the section. */
  add(text: ByteText): number {
    const known = this.#starts.get(text);
    if (known !== undefined) return known;
    this.#starts.set(text, this.#length);
    return this.append(text);
  }

  /** Adds the text right behind what is there, known or not. */
  append(text: ByteText): number {
    const start = this.#length;
    this.#texts.push(text);
    this.#length += text.length;
    return start;
  }

  toBytes(): Uint8Array {
    return Buffer.from(this.#texts.join(''), 'latin1');
  }
}
