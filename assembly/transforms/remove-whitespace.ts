/**
 * remove_whitespace: removes all white space (ASCII and the no-break space 0xA0).
 * Arguments: span (at, length) inside the transform buffer.
 * Returns: the new length.
 * Example: { "target": "query.*", "transforms": ["remove_whitespace"], "op": "contains", "value": "<script" }
 */
import { isSpace } from '../bytes';
import { markChanged } from './changed';

export function removeWhitespace(at: usize, length: u32): u32 {
  let out = at;
  for (let p = at, end = at + length; p < end; p++) {
    const byte = load<u8>(p);
    if (isSpace(byte) || byte == 0xa0) markChanged();
    else store<u8>(out++, byte);
  }
  return <u32>(out - at);
}
