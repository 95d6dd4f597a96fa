/**
 * sql_hex_decode: `0x` and pairs of hexadecimal digits to the bytes they mean; what is no such number
 * stays, also an odd digit at its end.
 * Arguments: [from, from + length); `to` has room for `length`.
 * Returns: the new length.
 * Example: { "target": "query.*", "transforms": ["sql_hex_decode"], "op": "contains", "value": "/etc/passwd" }
 */
import { markChanged } from './changed';
import { hexNumber } from './hex-number';
import { copyUntil, STRETCH } from './words';

export function sqlHexDecode(from: usize, length: u32, to: usize): u32 {
  const end = from + length;
  let out = to;
  for (let p = from; p < end; ) {
    const stop = copyUntil(p, end, out, 0x30);
    out += stop - p;
    p = stop;
    for (const limit = min(end, stop + STRETCH); p < limit; ) {
      const byte = load<u8>(p++);
      let code = byte == 0x30 && startsNumber(p, end) ? hexNumber(p + 1, end, 2) : -1;
      if (code < 0) {
        store<u8>(out++, byte);
        continue;
      }
      markChanged();
      for (p += 1; code >= 0; code = hexNumber(p, end, 2)) {
        store<u8>(out++, code);
        p += 2;
      }
    }
  }
  return <u32>(out - to);
}

function startsNumber(p: usize, end: usize): bool {
  return p < end && (load<u8>(p) | 0x20) == 0x78;
}
