/**
 * base64_decode: decodes up to the first byte that is no letter of base64; line ends are skipped and
 * padding is not needed. One letter left over is dropped. As in Coraza; ModSecurity 3 fails as a whole
 * where it should stop.
 * Arguments: [from, from + length); `to` has room for `length`.
 * Returns: the new length.
 * Example: { "target": "query.*", "transforms": ["base64_decode"], "op": "contains", "value": "<script" }
 */
import { markChanged } from './changed';
import { NO_SEXTET, quartet, sextet, storeRest, storeTriple } from './sextet';

export function base64Decode(from: usize, length: u32, to: usize): u32 {
  const end = from + length;
  let out = to;
  let bits: u32 = 0;
  let letters: u32 = 0;
  for (let p = from; p < end; ) {
    if (letters == 0 && p + 4 <= end) {
      const four = quartet(p);
      if (four <= 0xffffff) {
        storeTriple(out, four);
        out += 3;
        p += 4;
        continue;
      }
    }
    const byte = load<u8>(p++);
    const value = sextet(byte);
    if (value == NO_SEXTET) {
      if (byte == 0x0a || byte == 0x0d) continue;
      break;
    }
    bits = (bits << 6) | value;
    if (++letters == 4) {
      storeTriple(out, bits);
      out += 3;
      bits = 0;
      letters = 0;
    }
  }
  if (length > 0) markChanged();
  return <u32>(storeRest(out, bits, letters) - to);
}
