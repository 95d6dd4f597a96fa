/**
 * lowercase: ASCII A-Z to a-z.
 * Arguments: [from, from + length); `to` has room for `length`.
 * Returns: the new length, which is the old one.
 * Example: { "target": "query.*", "transforms": ["lowercase"], "op": "contains", "value": "union" }
 */
import { foldByte } from '../bytes';
import { markChanged } from './changed';
import { bytesBetween } from './words';

export function lowercase(from: usize, length: u32, to: usize): u32 {
  const end = from + length;
  let p = from;
  let out = to;
  let capitals: u64 = 0;
  for (; p + 8 <= end; p += 8, out += 8) {
    const word = load<u64>(p);
    const found = bytesBetween(word, 0x41, 0x5a);
    store<u64>(out, word | (found >> 2));
    capitals |= found;
  }
  for (; p < end; p++, out++) {
    const byte = load<u8>(p);
    const folded = foldByte(byte);
    store<u8>(out, folded);
    capitals |= <u64>(byte ^ folded);
  }
  if (capitals != 0) markChanged();
  return length;
}
