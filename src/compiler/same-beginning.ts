/** How many items two lists have in common at their beginning. */
export function sameBeginning<T>(a: readonly T[], b: readonly T[]): number {
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same += 1;
  return same;
}
