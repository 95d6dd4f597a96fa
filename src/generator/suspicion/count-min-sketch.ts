/**
 * Counts of very many keys in fixed memory: `depth` rows of `width` cells, each key in one cell of every
 * row. The estimate is never below the true count since the last decay, and above it only by what other
 * keys put into the emptiest of its cells (conservative update).
 */
export class CountMinSketch {
  readonly #cells: Float32Array;
  readonly #depth: number;
  readonly #mask: number;

  /** `width`: cells of a row, a power of two. */
  constructor(width: number, depth: number) {
    if (width < 2 || (width & (width - 1)) !== 0) throw new Error(`no power of two: ${width}`);
    this.#cells = new Float32Array(width * depth);
    this.#depth = depth;
    this.#mask = width - 1;
  }

  get bytes(): number {
    return this.#cells.byteLength;
  }

  /** `key`: any 32-bit number; it should be a hash. */
  add(key: number, amount = 1): void {
    const raised = this.count(key) + amount;
    for (let row = 0; row < this.#depth; row++) {
      const cell = this.#cellOf(key, row);
      if (this.#cells[cell]! < raised) this.#cells[cell] = raised;
    }
  }

  count(key: number): number {
    let least = Number.POSITIVE_INFINITY;
    for (let row = 0; row < this.#depth; row++) {
      least = Math.min(least, this.#cells[this.#cellOf(key, row)]!);
    }
    return least;
  }

  /** Multiplies every count: what is old weighs less. */
  decay(factor: number): void {
    for (let cell = 0; cell < this.#cells.length; cell++) this.#cells[cell]! *= factor;
  }

  #cellOf(key: number, row: number): number {
    let mixed = Math.imul(key ^ (row * 0x9e3779b1), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return row * (this.#mask + 1) + ((mixed ^ (mixed >>> 16)) & this.#mask);
  }
}

/** A 32-bit hash of a text (FNV-1a). */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}
