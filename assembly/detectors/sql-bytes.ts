/** What single bytes are to SQL. */

/** Bytes that the blank at `at` takes: 1, 2 for a no-break space in UTF-8, 0 when there is none. */
export function blankAt(at: usize, end: usize): u32 {
  const byte = load<u8>(at);
  if (byte <= 0x20 || byte == 0x7f || byte == 0xa0) return 1;
  return byte == 0xc2 && at + 1 < end && load<u8>(at, 1) == 0xa0 ? 2 : 0;
}

export function isDigit(byte: u8): bool {
  return <u32>byte - 0x30 < 10;
}

/** Letter, digit, underscore. */
export function isNameByte(byte: u8): bool {
  return <u32>(byte | 0x20) - 0x61 < 26 || isDigit(byte) || byte == 0x5f;
}

/** A letter or an underscore. */
export function startsName(byte: u8): bool {
  return <u32>(byte | 0x20) - 0x61 < 26 || byte == 0x5f;
}

/** Where the word ends whose first byte was checked: no-break spaces end it, other bytes above 127 do not. */
export function wordEnd(from: usize, end: usize): usize {
  let at = from;
  for (; at < end; at++) {
    const byte = load<u8>(at);
    if (byte >= 0x80) {
      if (byte == 0xa0 && load<u8>(at - 1) < 0x80) break;
      if (byte == 0xc2 && blankAt(at, end) != 0) break;
    } else if (!isNameByte(byte) && byte != 0x24 && byte != 0x2e) break;
  }
  return at;
}

/** A word may begin here: no digit, no dot, no blank. */
export function startsWord(at: usize, end: usize): bool {
  const byte = load<u8>(at);
  return startsName(byte) || byte == 0x24 || (byte >= 0x80 && blankAt(at, end) == 0);
}
