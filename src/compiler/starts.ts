/** Where each group starts when they lie one after another, and where the last one ends. */
export function starts(
  groups: readonly { readonly length: number }[],
  base = 0,
): readonly number[] {
  let at = base;
  return [base, ...groups.map(({ length }) => (at += length))];
}
