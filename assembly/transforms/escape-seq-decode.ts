/**
 * escape_seq_decode: ANSI C escapes: `\a \b \f \n \r \t \v \\ \? \' \"`, `\xHH` and one to three octal
 * digits, of which the low byte counts (Coraza: at most 255). Before any other byte the backslash goes
 * away, at the end it stays.
 * Arguments: [from, from + length); `to` has room for `length`.
 * Returns: the new length.
 * Example: { "target": "query.*", "transforms": ["escape_seq_decode"], "op": "contains", "value": "/bin/" }
 */
import { markChanged } from './changed';
import { escapeLetter, octalDigits, octalNumber } from './escape-letter';
import { hexNumber } from './hex-number';
import { copyUntil, STRETCH } from './words';

export function escapeSeqDecode(from: usize, length: u32, to: usize): u32 {
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
  if ((kind | 0x20) == 0x78) {
    const code = hexNumber(p + 1, end, 2);
    if (code >= 0) {
      store<u8>(out, code);
      return p + 3;
    }
  }
  const digits = octalDigits(p, end);
  if (digits > 0) {
    store<u8>(out, octalNumber(p, digits));
    return p + digits;
  }
  store<u8>(out, escapeLetter(kind));
  return p + 1;
}
