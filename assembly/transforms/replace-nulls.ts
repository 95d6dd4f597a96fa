/**
 * replace_nulls: every NUL byte to a space.
 * Arguments: [from, from + length); `to` has room for `length`.
 * Returns: the new length, which is the old one.
 * Example: { "target": "body.raw", "transforms": ["replace_nulls"], "op": "contains", "value": "exec (" }
 */
import { replaceByte } from './words';

export function replaceNulls(from: usize, length: u32, to: usize): u32 {
  replaceByte(from, length, to, 0, 0x20);
  return length;
}
