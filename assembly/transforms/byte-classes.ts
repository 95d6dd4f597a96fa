/** One table for the transforms that look at single bytes: what each byte is to them, as bits. */

/** ASCII white space and the no-break space 0xA0. */
export const BLANK: u32 = 1;
/** Becomes a space in a command line. */
export const GAP: u32 = 2;
/** Vanishes from a command line. */
export const QUOTE: u32 = 4;
/** Takes the space before it away in a command line. */
export const EATER: u32 = 8;
/** May begin or end a comment: `# * - / <`. */
export const MARK: u32 = 16;
/** ASCII capital; equals what has to be added to make it small. */
export const CAPITAL: u32 = 32;

// biome-ignore format: sixteen bytes a line
const TABLE = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 3, 1, 1, 3, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  3, 0, 4, 16, 0, 0, 0, 4, 8, 0, 16, 0, 2, 16, 0, 24,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 16, 0, 0, 0,
  0, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32,
  32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 0, 4, 0, 4, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
]);

export function classOf(byte: u32): u32 {
  return load<u8>(TABLE + <usize>byte);
}
