/**
 * lowercase: ASCII A-Z to a-z, in place.
 * Arguments: span (at, length) inside the transform buffer.
 * Returns: the new length, which is the old one.
 * Example: { "target": "query.*", "transforms": ["lowercase"], "op": "contains", "value": "union" }
 */
import { foldByte } from '../bytes';
import { markChanged } from './changed';

export function lowercase(at: usize, length: u32): u32 {
  for (let p = at, end = at + length; p < end; p++) {
    const byte = load<u8>(p);
    const folded = foldByte(byte);
    if (folded != byte) {
      store<u8>(p, folded);
      markChanged();
    }
  }
  return length;
}
