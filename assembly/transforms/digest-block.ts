/**
 * What MD5 and SHA-1 have in common: a message in blocks of 64 bytes, its last ones padded with 0x80,
 * zeros and the length in bits.
 */

const BLOCK: usize = 64;
/** The last block or two of a message, padded. */
const tail = memory.data(128);
let tailBlocks: u32 = 0;

/** Address of block `index` of the message that `startBlocks` saw. */
export function blockAt(from: usize, length: u32, index: u32): usize {
  const whole = length >> 6;
  return index < whole ? from + <usize>index * BLOCK : tail + <usize>(index - whole) * BLOCK;
}

/** Pads the message. Returns the number of its blocks. */
export function startBlocks(from: usize, length: u32, isBigEndian: bool): u32 {
  const rest = length & 63;
  tailBlocks = rest < 56 ? 1 : 2;
  memory.fill(tail, 0, 128);
  memory.copy(tail, from + (length - rest), rest);
  store<u8>(tail + rest, 0x80);
  const bits = (<u64>length) << 3;
  store<u64>(tail + ((<usize>tailBlocks) << 6) - 8, isBigEndian ? bswap(bits) : bits);
  return (length >> 6) + tailBlocks;
}
