/**
 * url_decode: `%41` to `A`, `+` to a space, once. A percent sign without two hexadecimal digits stays.
 * Arguments: span (at, length), rewritten in place.
 * Returns: the new length.
 * Example: { "target": "uri", "transforms": ["url_decode"], "op": "contains", "value": "../" }
 */
import { hexDigit } from '../bytes';
import { markChanged } from './changed';

export function urlDecode(at: usize, length: u32): u32 {
  const end = at + length;
  let out = at;
  for (let p = at; p < end; p++) {
    let byte = load<u8>(p);
    if (byte == 0x2b) {
      byte = 0x20;
      markChanged();
    } else if (byte == 0x25) {
      const code = percentByte(p, end);
      if (code >= 0) {
        byte = <u8>code;
        p += 2;
        markChanged();
      }
    }
    store<u8>(out++, byte);
  }
  return <u32>(out - at);
}

/** The byte that `%XX` at `p` stands for, -1 when it is not that. */
export function percentByte(p: usize, end: usize): i32 {
  if (p + 3 > end) return -1;
  const high = hexDigit(load<u8>(p + 1));
  const low = hexDigit(load<u8>(p + 2));
  return high < 0 || low < 0 ? -1 : (high << 4) | low;
}
