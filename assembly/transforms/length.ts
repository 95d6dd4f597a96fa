/**
 * length: the number of bytes, as decimal digits.
 * Arguments: [from, from + length); `to` has room for 10.
 * Returns: the new length.
 * Example: { "target": "headers[range]", "transforms": ["length"], "op": "gt", "value": 200 }
 */
import { markDifference } from './changed';

export function lengthInDigits(from: usize, length: u32, to: usize): u32 {
  let digits: u32 = 1;
  for (let rest = length; rest >= 10; rest /= 10) digits++;
  let rest = length;
  for (let out = to + digits; out > to; rest /= 10) store<u8>(--out, 0x30 + (rest % 10));
  markDifference(from, length, to, digits);
  return digits;
}
