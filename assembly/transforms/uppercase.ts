/**
 * uppercase: ASCII a-z to A-Z, in place.
 * Arguments: span (at, length) inside the transform buffer.
 * Returns: the new length, which is the old one.
 * Example: { "target": "method", "transforms": ["uppercase"], "op": "equals", "value": "TRACE" }
 */
import { markChanged } from './changed';

export function uppercase(at: usize, length: u32): u32 {
  for (let p = at, end = at + length; p < end; p++) {
    const byte = load<u8>(p);
    if (<u32>byte - 0x61 < 26) {
      store<u8>(p, byte & 0xdf);
      markChanged();
    }
  }
  return length;
}
