/** Numbers things in the order in which they are first seen; equal keys get equal numbers. */
export class InternTable<T> implements Iterable<T> {
  readonly #indexes = new Map<string, number>();
  readonly #items: T[] = [];

  get length(): number {
    return this.#items.length;
  }

  /** The number of `key`; `item` is kept when the key is new. */
  add(key: string, item: T): number {
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    const index = this.#items.length;
    this.#indexes.set(key, index);
    this.#items.push(item);
    return index;
  }

  /** The number of a key that was added. */
  numberOf(key: string): number {
    return this.#indexes.get(key)!;
  }

  at(index: number): T {
    return this.#items[index]!;
  }

  get items(): readonly T[] {
    return this.#items;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#items[Symbol.iterator]();
  }
}
