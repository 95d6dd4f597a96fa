/** A seeded source of chance: same seed, same sequence, on every machine. */
export interface Random {
  /** 0 <= x < 1. */
  next(): number;
  /** An integer, 0 <= x < `below`. */
  int(below: number): number;
  /** An integer, `from` <= x <= `to`. */
  between(from: number, to: number): number;
  pick<T>(items: readonly T[]): T;
  chance(probability: number): boolean;
  hex(digits: number): string;
  uuid(): string;
}

export function createRandom(seed: number): Random {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const int = (below: number) => Math.floor(next() * below);
  const hex = (digits: number) => {
    let text = '';
    for (let i = 0; i < digits; i++) text += int(16).toString(16);
    return text;
  };
  return {
    next,
    int,
    between: (from, to) => from + int(to - from + 1),
    pick: (items) => items[int(items.length)]!,
    chance: (probability) => next() < probability,
    hex,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'[int(4)]}${hex(3)}-${hex(12)}`,
  };
}
