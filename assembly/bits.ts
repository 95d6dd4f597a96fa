/** Bit sets in linear memory: bit i is bit i % 8 of byte i / 8. */

export function bitIsSet(at: usize, index: u32): bool {
  return ((load<u8>(at + (index >> 3)) >> (<u8>index & 7)) & 1) != 0;
}

export function setBit(at: usize, index: u32): void {
  const byte = at + (index >> 3);
  store<u8>(byte, load<u8>(byte) | ((<u8>1) << (<u8>index & 7)));
}

/** Clears the first `count` bits, and the rest of the last eight bytes. */
export function clearBits(at: usize, count: u32): void {
  memory.fill(at, 0, ((count + 63) >> 6) << 3);
}
