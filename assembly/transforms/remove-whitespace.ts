/**
 * remove_whitespace: removes all white space (ASCII and the no-break space 0xA0).
 * Arguments: [from, from + length); `to` has room for `length`.
 * Returns: the new length.
 * Example: { "target": "query.*", "transforms": ["remove_whitespace"], "op": "contains", "value": "<script" }
 */
import { BLANK, classOf } from './byte-classes';
import { markChanged } from './changed';

export function removeWhitespace(from: usize, length: u32, to: usize): u32 {
  let out = to;
  for (let p = from, end = from + length; p < end; p++) {
    const byte: u32 = load<u8>(p);
    store<u8>(out, byte);
    out += 1 - (classOf(byte) & BLANK);
  }
  const size = <u32>(out - to);
  if (size != length) markChanged();
  return size;
}
