/**
 * hex_decode: pairs of hexadecimal digits to bytes, up to the first pair that is none; a last digit alone
 * is dropped. ModSecurity reckons with whatever bytes there are, Coraza refuses the whole value.
 * Arguments: [from, from + length); `to` has room for `length`.
 * Returns: the new length.
 * Example: { "target": "query.*", "transforms": ["hex_decode"], "op": "contains", "value": "union" }
 */
import { markChanged } from './changed';
import { hexNumber } from './hex-number';

export function hexDecode(from: usize, length: u32, to: usize): u32 {
  const end = from + length;
  let out = to;
  for (let p = from; p < end; p += 2) {
    const byte = hexNumber(p, end, 2);
    if (byte < 0) break;
    store<u8>(out++, byte);
  }
  if (length > 0) markChanged();
  return <u32>(out - to);
}
