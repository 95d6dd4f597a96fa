/** A set of small numbers. */
export class Bits {
  readonly words: Uint32Array;
  readonly size: number;

  constructor(size: number) {
    this.size = size;
    this.words = new Uint32Array((size + 31) >>> 5);
  }

  static from(size: number, has: (index: number) => boolean): Bits {
    const bits = new Bits(size);
    for (let index = 0; index < size; index++) if (has(index)) bits.add(index);
    return bits;
  }

  add(index: number): void {
    this.words[index >>> 5]! |= 1 << (index & 31);
  }

  has(index: number): boolean {
    return (this.words[index >>> 5]! & (1 << (index & 31))) !== 0;
  }

  get count(): number {
    let total = 0;
    for (const word of this.words) total += ones(word);
    return total;
  }

  and(other: Bits): Bits {
    return this.#with(other, (a, b) => a & b);
  }

  or(other: Bits): Bits {
    return this.#with(other, (a, b) => a | b);
  }

  without(other: Bits): Bits {
    return this.#with(other, (a, b) => a & ~b);
  }

  indexes(): number[] {
    const found: number[] = [];
    for (let index = 0; index < this.size; index++) if (this.has(index)) found.push(index);
    return found;
  }

  #with(other: Bits, combine: (a: number, b: number) => number): Bits {
    const result = new Bits(this.size);
    for (let at = 0; at < result.words.length; at++) {
      result.words[at] = combine(this.words[at]!, other.words[at]!);
    }
    return result;
  }
}

function ones(word: number): number {
  let left = word - ((word >>> 1) & 0x55555555);
  left = (left & 0x33333333) + ((left >>> 2) & 0x33333333);
  return (((left + (left >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}
