/**
 * hex_encode: every byte to two hexadecimal digits, in small letters.
 * Arguments: [from, from + length); `to` has room for 2 * length.
 * Returns: the new length.
 * Example: { "target": "body.raw", "transforms": ["sha1", "hex_encode"], "op": "in", "value": ["da39a3ee5e6b4b0d3255bfef95601890afd80709"] }
 */
import { markChanged } from './changed';
import { twoDigits } from './hex-number';

export function hexEncode(from: usize, length: u32, to: usize): u32 {
  let out = to;
  for (let p = from, end = from + length; p < end; p++, out += 2) {
    store<u16>(out, twoDigits(load<u8>(p)));
  }
  if (length > 0) markChanged();
  return length << 1;
}
