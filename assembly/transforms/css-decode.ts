/**
 * css_decode: `\` and one to six hexadecimal digits to the low byte of the number (full-width forms to
 * ASCII), with one white space behind it swallowed; `\` and a line feed to nothing; before any other byte,
 * and at the end, the backslash goes away.
 * Arguments: [from, from + length); `to` has room for `length`.
 * Returns: the new length.
 * Example: { "target": "query.*", "transforms": ["css_decode"], "op": "contains", "value": "expression(" }
 */
import { hexDigit, isSpace } from '../bytes';
import { markChanged } from './changed';
import { narrowByte } from './full-width';
import { copyUntil, STRETCH } from './words';

export function cssDecode(from: usize, length: u32, to: usize): u32 {
  const end = from + length;
  let out = to;
  for (let p = from; p < end; ) {
    const stop = copyUntil(p, end, out, 0x5c);
    out += stop - p;
    p = stop;
    for (const limit = min(end, stop + STRETCH); p < limit; ) {
      let byte = load<u8>(p++);
      if (byte == 0x5c) {
        markChanged();
        if (p == end) break;
        byte = load<u8>(p);
        if (hexDigit(byte) >= 0) {
          p = decodeNumber(p, end, out++);
          continue;
        }
        p++;
        if (byte == 0x0a) continue;
      }
      store<u8>(out++, byte);
    }
  }
  return <u32>(out - to);
}

/** Writes the byte for the digits at `p`. Returns what follows them and their white space. */
function decodeNumber(p: usize, end: usize, out: usize): usize {
  const limit = min<usize>(end, p + 6);
  let code = 0;
  let q = p;
  for (; q < limit; q++) {
    const digit = hexDigit(load<u8>(q));
    if (digit < 0) break;
    code = (code << 4) | digit;
  }
  store<u8>(out, narrowByte(code));
  return q < end && isSpace(load<u8>(q)) ? q + 1 : q;
}
