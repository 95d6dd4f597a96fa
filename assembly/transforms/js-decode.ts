/**
 * js_decode: JavaScript's `\uHHHH` (as in url_decode_uni), `\xHH`, octal `\0` to `\377`, `\n` and the
 * like; before any other byte the backslash goes away, at the end it stays.
 * Arguments: [from, from + length); `to` has room for `length`.
 * Returns: the new length.
 * Example: { "target": "query.*", "transforms": ["js_decode"], "op": "contains", "value": "alert(" }
 */
import { markChanged } from './changed';
import { escapeLetter, isOctal, octalDigits, octalNumber } from './escape-letter';
import { narrowByte } from './full-width';
import { hexNumber } from './hex-number';
import { copyUntil, STRETCH } from './words';

export function jsDecode(from: usize, length: u32, to: usize): u32 {
  const end = from + length;
  let out = to;
  for (let p = from; p < end; ) {
    const stop = copyUntil(p, end, out, 0x5c);
    out += stop - p;
    p = stop;
    for (const limit = min(end, stop + STRETCH); p < limit; out++) {
      const byte = load<u8>(p++);
      if (byte == 0x5c) p = decodeEscape(p, end, out);
      else store<u8>(out, byte);
    }
  }
  return <u32>(out - to);
}

/** Writes the byte for the escape whose backslash stands before `p`. Returns what follows it. */
function decodeEscape(p: usize, end: usize, out: usize): usize {
  if (p == end) {
    store<u8>(out, 0x5c);
    return end;
  }
  markChanged();
  const kind = load<u8>(p);
  if (kind == 0x75) {
    const code = hexNumber(p + 1, end, 4);
    if (code >= 0) {
      store<u8>(out, narrowByte(code));
      return p + 5;
    }
  } else if (kind == 0x78) {
    const code = hexNumber(p + 1, end, 2);
    if (code >= 0) {
      store<u8>(out, code);
      return p + 3;
    }
  } else if (isOctal(kind)) {
    const digits = min<u32>(octalDigits(p, end), kind > 0x33 ? 2 : 3);
    store<u8>(out, octalNumber(p, digits));
    return p + digits;
  }
  store<u8>(out, escapeLetter(kind));
  return p + 1;
}
