/**
 * The byte that an escaped code point stands for: its low byte, or for full-width forms (U+FF01 to
 * U+FF5E) the ASCII character that they imitate.
 */
export function narrowByte(code: i32): u8 {
  return <u8>(code > 0xff00 && code < 0xff5f ? code + 0x20 : code);
}
