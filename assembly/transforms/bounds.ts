/**
 * How much room a transform needs and what it costs, by code. The compiler has the same numbers in
 * src/compiler/transforms.ts.
 */

/** Steps per byte of input. */
const WEIGHTS: usize = memory.data<u8>([
  0, 1, 1, 1, 3, 3, 2, 1, 1, 3, 3, 3, 3, 3, 3, 1, 2, 3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 4, 3, 2, 2, 3,
]);
/** The output has at most growth * length + extra bytes. */
const GROWTHS: usize = memory.data<u8>([
  0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3, 1, 1, 1, 2, 0, 1, 1, 0, 0, 3, 2, 1,
]);
const EXTRAS: usize = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 20, 16, 0, 2,
  0,
]);

/** The most bytes that the output of a transform can have. */
export function roomFor(transform: i32, length: u32): u64 {
  return <u64>length * load<u8>(GROWTHS + transform) + load<u8>(EXTRAS + transform);
}

export function weightOf(transform: i32): u32 {
  return load<u8>(WEIGHTS + transform);
}
