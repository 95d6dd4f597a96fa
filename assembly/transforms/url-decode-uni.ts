/**
 * url_decode_uni: as url_decode, and `%uXXXX` to its low byte; full-width forms (U+FF01 to U+FF5E)
 * become the ASCII character they imitate. ModSecurity 3 without a Unicode map writes `x` for other code
 * points; the low byte is what its documentation and Coraza say.
 * Arguments: [from, from + length); `to` has room for `length`.
 * Returns: the new length.
 * Example: { "target": "query.*", "transforms": ["url_decode_uni"], "op": "contains", "value": "<script" }
 */
import { markChanged } from './changed';
import { narrowByte } from './full-width';
import { hexNumber } from './hex-number';
import { percentByte } from './url-decode';
import { copyUntilEither, STRETCH } from './words';

export function urlDecodeUni(from: usize, length: u32, to: usize): u32 {
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
        const isLong = p + 1 < end && (load<u8>(p, 1) | 0x20) == 0x75;
        const code = isLong ? hexNumber(p + 2, end, 4) : percentByte(p, end);
        if (code >= 0) {
          byte = narrowByte(code);
          p += isLong ? 5 : 2;
          markChanged();
        }
      }
      store<u8>(out++, byte);
    }
  }
  return <u32>(out - to);
}
