/** The operators that ask whether a text is well-formed. */
import { hexDigit } from '../bytes';

/** valid_utf8: no stray or missing continuation bytes, no surrogates, nothing over-long or too high. */
export function isValidUtf8(at: usize, length: u32): bool {
  const end = at + length;
  let p = at;
  while (p < end) {
    const size = sequenceLength(load<u8>(p));
    if (size == 0 || p + size > end) return false;
    for (let i: usize = 1; i < size; i++) {
      if ((load<u8>(p + i) & 0xc0) != 0x80) return false;
    }
    if (size > 2 && !isSecondByteValid(load<u8>(p), load<u8>(p + 1))) return false;
    p += size;
  }
  return true;
}

/** Bytes that a first byte announces, 0 when it cannot be one. */
function sequenceLength(byte: u8): usize {
  if (byte < 0x80) return 1;
  if (byte < 0xc2) return 0;
  if (byte < 0xe0) return 2;
  if (byte < 0xf0) return 3;
  return byte < 0xf5 ? 4 : 0;
}

function isSecondByteValid(first: u8, second: u8): bool {
  if (first == 0xe0) return second >= 0xa0;
  if (first == 0xed) return second < 0xa0;
  if (first == 0xf0) return second >= 0x90;
  return first != 0xf4 || second < 0x90;
}

/** valid_url_encoding: every percent sign is followed by two hexadecimal digits. */
export function isValidUrlEncoding(at: usize, length: u32): bool {
  for (let i: u32 = 0; i < length; i++) {
    if (load<u8>(at + i) != 0x25) continue;
    if (i + 2 >= length) return false;
    if (hexDigit(load<u8>(at + i + 1)) < 0 || hexDigit(load<u8>(at + i + 2)) < 0) return false;
    i += 2;
  }
  return true;
}
