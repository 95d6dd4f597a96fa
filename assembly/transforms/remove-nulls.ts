/**
 * remove_nulls: removes NUL bytes.
 * Arguments: span (at, length) inside the transform buffer.
 * Returns: the new length.
 * Example: { "target": "body.raw", "transforms": ["remove_nulls"], "op": "contains", "value": "exec(" }
 */
import { markChanged } from './changed';

export function removeNulls(at: usize, length: u32): u32 {
  let out = at;
  for (let p = at, end = at + length; p < end; p++) {
    const byte = load<u8>(p);
    if (byte == 0) markChanged();
    else store<u8>(out++, byte);
  }
  return <u32>(out - at);
}
