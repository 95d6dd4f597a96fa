/** One bit for every kind. */
export function kindMask(kinds: Iterable<number>): bigint {
  let mask = 0n;
  for (const kind of kinds) mask |= 1n << BigInt(kind);
  return mask;
}
