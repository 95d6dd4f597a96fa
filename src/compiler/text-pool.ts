import type { ByteText } from './byte-text.ts';

/** The text section: every different text once, in the order in which they come. */
export class TextPool {
  readonly #base: TextPool | null;
  readonly #starts = new Map<ByteText, number>();
  readonly #texts: ByteText[] = [];
  #length: number;
  #bytes: Uint8Array | null = null;

  /** Goes on behind the texts of `base`, which is complete. */
  constructor(base: TextPool | null = null) {
    this.#base = base;
    this.#length = base?.length ?? 0;
  }

  get length(): number {
    return this.#length;
  }

  /** Where the text starts in the section. */
  add(text: ByteText): number {
    const known = this.#find(text);
    if (known !== undefined) return known;
    this.#starts.set(text, this.#length);
    return this.append(text);
  }

  #find(text: ByteText): number | undefined {
    return this.#starts.get(text) ?? (this.#base === null ? undefined : this.#base.#find(text));
  }

  /** Adds the text right behind what is there, known or not. */
  append(text: ByteText): number {
    const start = this.#length;
    this.#texts.push(text);
    this.#length += text.length;
    this.#bytes = null;
    return start;
  }

  /** All texts, in pieces; those of the base first. */
  toBytes(): readonly Uint8Array[] {
    this.#bytes ??= Buffer.from(this.#texts.join(''), 'latin1');
    return [...(this.#base === null ? [] : this.#base.toBytes()), this.#bytes];
  }
}
