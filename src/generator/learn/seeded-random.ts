/** Numbers in [0, 1) that depend on the seed alone. */
export type Random = () => number;

export function seededRandom(seed: number): Random {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** `count` different elements, in random order; all of them when there are fewer. */
export function drawFrom<T>(list: readonly T[], count: number, random: Random): T[] {
  const rest = [...list];
  const taken = Math.min(count, rest.length);
  for (let at = 0; at < taken; at++) {
    const other = at + Math.floor(random() * (rest.length - at));
    [rest[at], rest[other]] = [rest[other]!, rest[at]!];
  }
  return rest.slice(0, taken);
}
