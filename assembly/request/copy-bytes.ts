/**
 * Copies `length` bytes eight at a time, which is faster than `memory.copy` for short text. Up to seven
 * bytes behind both ends are read and overwritten, so `to` must lie in an arena with room to spare.
 */
export function copyBytes(to: usize, from: usize, length: u32): void {
  for (let i: u32 = 0; i < length; i += 8) store<u64>(to + i, load<u64>(from + i));
}
