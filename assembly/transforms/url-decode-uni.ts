/**
 * url_decode_uni: as url_decode, and `%uXXXX` to its low byte; full-width forms (U+FF01 to U+FF5E)
 * become the ASCII character they imitate.
 * Arguments: span (at, length), rewritten in place.
 * Returns: the new length.
 * Example: { "target": "query.*", "transforms": ["url_decode_uni"], "op": "contains", "value": "<script" }
 */
import { hexDigit } from '../bytes';
import { markChanged } from './changed';
import { percentByte } from './url-decode';

export function urlDecodeUni(at: usize, length: u32): u32 {
  const end = at + length;
  let out = at;
  for (let p = at; p < end; p++) {
    let byte = load<u8>(p);
    if (byte == 0x2b) {
      byte = 0x20;
      markChanged();
    } else if (byte == 0x25) {
      const isLong = p + 1 < end && (load<u8>(p + 1) | 0x20) == 0x75;
      const code = isLong ? unicodeByte(p, end) : percentByte(p, end);
      if (code >= 0) {
        byte = <u8>code;
        p += isLong ? 5 : 2;
        markChanged();
      }
    }
    store<u8>(out++, byte);
  }
  return <u32>(out - at);
}

/** The byte that `%uXXXX` at `p` stands for, -1 when it is not that. */
function unicodeByte(p: usize, end: usize): i32 {
  if (p + 6 > end) return -1;
  let code = 0;
  for (let i: usize = 2; i < 6; i++) {
    const digit = hexDigit(load<u8>(p + i));
    if (digit < 0) return -1;
    code = (code << 4) | digit;
  }
  if (code > 0xff00 && code < 0xff5f) return (code & 0xff) + 0x20;
  return code & 0xff;
}
