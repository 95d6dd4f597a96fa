import type { PositionAutomaton } from './regex/compile-regex.ts';

/** Longer lists are sorted by class, so that the engine looks only at the items of the byte it reads. */
const LONGEST_PLAIN_LIST = 16;

export function isDispatched(items: Uint32Array): boolean {
  return items.length > LONGEST_PLAIN_LIST;
}

/** The items whose set holds the class, for each class. */
export function itemsByClass(
  nfa: PositionAutomaton,
  items: Uint32Array,
  classes: number,
): readonly (readonly number[])[] {
  const columns = Array.from({ length: classes }, (): number[] => []);
  for (const item of items) {
    const set = nfa.sets[nfa.positions[item]!.set]!;
    for (let c = 0; c < classes; c++) if (hasBit(set, c)) columns[c]!.push(item);
  }
  return columns;
}

export function hasBit(set: Uint8Array, index: number): boolean {
  return ((set[index >> 3]! >> (index & 7)) & 1) !== 0;
}
