/**
 * uppercase: ASCII a-z to A-Z.
 * Arguments: [from, from + length); `to` has room for `length`.
 * Returns: the new length, which is the old one.
 * Example: { "target": "method", "transforms": ["uppercase"], "op": "equals", "value": "TRACE" }
 */
import { markChanged } from './changed';
import { bytesBetween } from './words';

export function uppercase(from: usize, length: u32, to: usize): u32 {
  const end = from + length;
  let p = from;
  let out = to;
  let smalls: u64 = 0;
  for (; p + 8 <= end; p += 8, out += 8) {
    const word = load<u64>(p);
    const found = bytesBetween(word, 0x61, 0x7a);
    store<u64>(out, word ^ (found >> 2));
    smalls |= found;
  }
  for (; p < end; p++, out++) {
    const byte = load<u8>(p);
    const found: u8 = <u32>byte - 0x61 < 26 ? 0x20 : 0;
    store<u8>(out, byte ^ found);
    smalls |= <u64>found;
  }
  if (smalls != 0) markChanged();
  return length;
}
