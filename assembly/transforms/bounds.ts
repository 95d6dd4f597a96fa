/** How much room a transform needs, and what it costs. */

/** The most bytes that the output of a transform can have. */
export function roomFor(transform: i32, length: u32): u64 {
  return <u64>length * 6 + 64;
}

/** Steps per byte of input. */
export function weightOf(transform: i32): u32 {
  return 2;
}
