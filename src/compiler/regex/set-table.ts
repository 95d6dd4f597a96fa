import { type ByteSet, setKey } from './byte-set.ts';

/** Numbers distinct byte sets in the order in which they are first seen. */
export class SetTable {
  readonly items: ByteSet[] = [];
  readonly #byKey = new Map<string, number>();
  readonly #byObject = new Map<ByteSet, number>();

  add(set: ByteSet): number {
    let index = this.#byObject.get(set);
    if (index !== undefined) return index;
    const key = setKey(set);
    index = this.#byKey.get(key);
    if (index === undefined) {
      index = this.items.length;
      this.items.push(set);
      this.#byKey.set(key, index);
    }
    this.#byObject.set(set, index);
    return index;
  }
}
