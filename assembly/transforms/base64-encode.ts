/**
 * base64_encode: RFC 4648, with padding.
 * Arguments: [from, from + length); `to` has room for 2 * length + 2.
 * Returns: the new length.
 * Example: { "target": "headers[x-key]", "transforms": ["base64_encode"], "op": "equals", "value": "c2VjcmV0" }
 */
import { markChanged } from './changed';

export function base64Encode(from: usize, length: u32, to: usize): u32 {
  const end = from + length;
  let p = from;
  let out = to;
  for (; p + 3 <= end; p += 3, out += 4) {
    const bits = ((<u32>load<u8>(p)) << 16) | ((<u32>load<u8>(p, 1)) << 8) | <u32>load<u8>(p, 2);
    storeLetters(out, bits);
  }
  if (p < end) {
    const isPair = p + 2 == end;
    const second: u32 = isPair ? load<u8>(p, 1) : 0;
    storeLetters(out, ((<u32>load<u8>(p)) << 16) | (second << 8));
    if (!isPair) store<u8>(out, 0x3d, 2);
    store<u8>(out, 0x3d, 3);
    out += 4;
  }
  if (length > 0) markChanged();
  return <u32>(out - to);
}

function storeLetters(out: usize, bits: u32): void {
  store<u8>(out, letter(bits >> 18));
  store<u8>(out, letter((bits >> 12) & 63), 1);
  store<u8>(out, letter((bits >> 6) & 63), 2);
  store<u8>(out, letter(bits & 63), 3);
}

function letter(value: u32): u8 {
  if (value < 26) return <u8>(0x41 + value);
  if (value < 52) return <u8>(0x61 - 26 + value);
  if (value < 62) return <u8>(0x30 - 52 + value);
  return value == 62 ? 0x2b : 0x2f;
}
