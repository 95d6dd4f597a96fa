/**
 * url_decode: `%41` to `A`, `+` to a space, once. A percent sign without two hexadecimal digits stays.
 * Arguments: [from, from + length); `to` has room for `length`.
 * Returns: the new length.
 * Example: { "target": "uri", "transforms": ["url_decode"], "op": "contains", "value": "../" }
 */
import { hexDigit } from '../bytes';
import { markChanged } from './changed';
import { copyUntilEither, STRETCH } from './words';

export function urlDecode(from: usize, length: u32, to: usize): u32 {
  const end = from + length;
  let out = to;
  for (let p = from; p < end; ) {
    const stop = copyUntilEither(p, end, out, 0x25, 0x2b);
    out += stop - p;
    p = stop;
    for (const limit = min(end, stop + STRETCH); p < limit; p++) {
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
  }
  return <u32>(out - to);
}

/** The byte that `%XX` at `p` stands for, -1 when it is not that. */
export function percentByte(p: usize, end: usize): i32 {
  if (p + 3 > end) return -1;
  const high = hexDigit(load<u8>(p + 1));
  const low = hexDigit(load<u8>(p + 2));
  return high < 0 || low < 0 ? -1 : (high << 4) | low;
}
