/** Questions about bytes that every room asks. */

/** ASCII A-Z to a-z. */
export function foldByte(byte: u8): u8 {
  return <u32>byte - 0x41 < 26 ? byte | 0x20 : byte;
}

/** Space, tab, line feed, vertical tab, form feed, carriage return. */
export function isSpace(byte: u8): bool {
  return byte == 0x20 || <u32>byte - 0x09 < 5;
}

/** The value of a hexadecimal digit, -1 for any other byte. */
export function hexDigit(byte: u8): i32 {
  const digit: i32 = <i32>byte - 0x30;
  if (<u32>digit < 10) return digit;
  const letter: i32 = (<i32>byte | 0x20) - 0x61;
  return <u32>letter < 6 ? letter + 10 : -1;
}

export function equalBytes(a: usize, b: usize, length: u32): bool {
  for (let i: u32 = 0; i < length; i++) {
    if (load<u8>(a + i) != load<u8>(b + i)) return false;
  }
  return true;
}

/** Equal without regard to ASCII case. */
export function equalFolded(a: usize, b: usize, length: u32): bool {
  for (let i: u32 = 0; i < length; i++) {
    if (foldByte(load<u8>(a + i)) != foldByte(load<u8>(b + i))) return false;
  }
  return true;
}

/** True when the bytes are `word`, without regard to ASCII case. `word` is ASCII, in lower case. */
export function isWord(at: usize, length: u32, word: string): bool {
  return length == <u32>word.length && isPrefixWord(at, length, word);
}

/** True when the bytes begin with `word`, without regard to ASCII case. */
export function isPrefixWord(at: usize, length: u32, word: string): bool {
  const letters = <u32>word.length;
  if (length < letters) return false;
  const text = changetype<usize>(word);
  for (let i: u32 = 0; i < letters; i++) {
    if (<u16>foldByte(load<u8>(at + i)) != load<u16>(text + ((<usize>i) << 1))) return false;
  }
  return true;
}
