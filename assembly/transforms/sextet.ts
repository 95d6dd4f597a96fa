/** The six bits that a letter of base64 stands for. */

/** What `sextet` gives for all other bytes. */
export const NO_SEXTET: u32 = 255;

// biome-ignore format: sixteen bytes a line
const TABLE = memory.data<u8>([
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 62, 255, 255, 255, 63,
  52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 255, 255, 255, 255, 255, 255,
  255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
  15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 255, 255, 255, 255, 255,
  255, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
  41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 255, 255, 255, 255, 255,
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
]);

export function sextet(byte: u8): u32 {
  return load<u8>(TABLE + <usize>byte);
}

/** The 24 bits of the four letters at `p`, or a number above 24 bits when one is no letter. */
export function quartet(p: usize): u32 {
  const a = sextet(load<u8>(p));
  const b = sextet(load<u8>(p, 1));
  const c = sextet(load<u8>(p, 2));
  const d = sextet(load<u8>(p, 3));
  return (a | b | c | d) > 63 ? <u32>-1 : (a << 18) | (b << 12) | (c << 6) | d;
}

/** Writes the three bytes of a quartet. */
export function storeTriple(out: usize, bits: u32): void {
  store<u8>(out, bits >> 16);
  store<u8>(out, bits >> 8, 1);
  store<u8>(out, bits, 2);
}

/** Writes what `letters` letters of an unfinished quartet stand for: one byte for two, two for three. */
export function storeRest(out: usize, bits: u32, letters: u32): usize {
  if (letters < 2) return out;
  const left = bits << (6 * (4 - letters));
  store<u8>(out, left >> 16);
  if (letters == 3) store<u8>(out, left >> 8, 1);
  return out + letters - 1;
}
