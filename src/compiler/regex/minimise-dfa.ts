/** A complete automaton: row after row of `width` cells, each cell the number of a state. */
export interface RawDfa {
  readonly cells: Int32Array;
  readonly width: number;
  readonly states: number;
}

export const DEAD = 0;
export const MATCH = 1;

/**
 * The block of each state: states in one block agree on every continuation. Moore's refinement: begins
 * with what the end of the text says and splits blocks whose rows lead to different blocks.
 */
export function minimise(dfa: RawDfa): Int32Array {
  const { cells, width, states } = dfa;
  let blocks = new Int32Array(states);
  let next = new Int32Array(states);
  for (let s = 0; s < states; s++) blocks[s] = cells[s * width + width - 1] === MATCH ? 1 : 0;
  const rows = new RowTable(dfa);
  for (let count = 2; ; ) {
    const found = rows.number(blocks, next);
    if (found === count) return next;
    count = found;
    [blocks, next] = [next, blocks];
  }
}

/** Numbers states by their block and the blocks that their rows lead to. */
class RowTable {
  readonly #dfa: RawDfa;
  /** First state with a hash, and the next state with the same; -1 for none. */
  readonly #heads: Int32Array;
  readonly #chain: Int32Array;

  constructor(dfa: RawDfa) {
    this.#dfa = dfa;
    this.#heads = new Int32Array(1 << (33 - Math.clz32(dfa.states)));
    this.#chain = new Int32Array(dfa.states);
  }

  /** Writes the new blocks and returns how many there are. */
  number(old: Int32Array, blocks: Int32Array): number {
    const heads = this.#heads.fill(-1);
    let count = 0;
    for (let s = 0; s < this.#dfa.states; s++) {
      const slot = this.#hash(old, s) & (heads.length - 1);
      let twin = heads[slot]!;
      while (twin !== -1 && !this.#isSame(old, s, twin)) twin = this.#chain[twin]!;
      if (twin !== -1) blocks[s] = blocks[twin]!;
      else {
        blocks[s] = count++;
        this.#chain[s] = heads[slot]!;
        heads[slot] = s;
      }
    }
    return count;
  }

  #hash(old: Int32Array, state: number): number {
    const { cells, width } = this.#dfa;
    let hash = old[state]!;
    const from = state * width;
    for (let i = from; i < from + width; i++) hash = Math.imul(hash ^ old[cells[i]!]!, 0x01000193);
    return hash ^ (hash >>> 15);
  }

  #isSame(old: Int32Array, a: number, b: number): boolean {
    const { cells, width } = this.#dfa;
    if (old[a] !== old[b]) return false;
    for (let i = 0, x = a * width, y = b * width; i < width; i++, x++, y++) {
      if (old[cells[x]!] !== old[cells[y]!]) return false;
    }
    return true;
  }
}
