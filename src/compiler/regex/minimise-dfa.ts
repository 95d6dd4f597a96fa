/** A complete automaton: row after row of `width` cells, each cell the number of a state. */
export interface RawDfa {
  readonly cells: readonly number[];
  readonly width: number;
  readonly states: number;
}

export const DEAD = 0;
export const MATCH = 1;

/**
 * The block of each state: states in one block agree on every continuation. Moore's refinement: begins
 * with what the end of the text says and splits blocks whose rows lead to different blocks.
 */
export function minimise({ cells, width, states }: RawDfa): Int32Array {
  let blocks = new Int32Array(states);
  for (let s = 0; s < states; s++) blocks[s] = cells[s * width + width - 1] === MATCH ? 1 : 0;
  for (let count = 2; ; ) {
    const next = refine(blocks);
    if (next.count === count) return next.blocks;
    blocks = next.blocks;
    count = next.count;
  }

  function refine(old: Int32Array): { blocks: Int32Array<ArrayBuffer>; count: number } {
    const split = new Int32Array(states);
    const byHash = new Map<number, number[]>();
    let count = 0;
    for (let s = 0; s < states; s++) {
      const hash = rowHash(old, s);
      const candidates = byHash.get(hash);
      const twin = candidates?.find((t) => sameRow(old, s, t));
      if (twin !== undefined) split[s] = split[twin]!;
      else {
        split[s] = count++;
        if (candidates === undefined) byHash.set(hash, [s]);
        else candidates.push(s);
      }
    }
    return { blocks: split, count };
  }

  function rowHash(old: Int32Array, state: number): number {
    let hash = old[state]!;
    const from = state * width;
    for (let i = from; i < from + width; i++) hash = Math.imul(hash ^ old[cells[i]!]!, 0x01000193);
    return hash;
  }

  function sameRow(old: Int32Array, a: number, b: number): boolean {
    if (old[a] !== old[b]) return false;
    for (let i = 0; i < width; i++) {
      if (old[cells[a * width + i]!] !== old[cells[b * width + i]!]) return false;
    }
    return true;
  }
}
