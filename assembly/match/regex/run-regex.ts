export let regexEnd: u32 = 0;
export function regexMatches(regex: u32, at: usize, length: u32): bool {
  return false;
}
export function clearLazyDfa(): void {}
