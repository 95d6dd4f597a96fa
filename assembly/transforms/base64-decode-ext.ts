/**
 * base64_decode_ext: forgiving: bytes that are no letters are skipped, `-` and `_` are letters too. One
 * letter left over is dropped. As in ModSecurity 3: a `=` after the first letter of a group of four, not
 * followed by another `=`, makes the whole result empty. Coraza stops at what it does not know.
 * Arguments: [from, from + length); `to` has room for `length`.
 * Returns: the new length.
 * Example: { "target": "query.*", "transforms": ["base64_decode_ext"], "op": "contains", "value": "<script" }
 */
import { markChanged } from './changed';
import { NO_SEXTET, quartet, sextet, storeRest, storeTriple } from './sextet';

const PAD: u8 = 0x3d;

export function base64DecodeExt(from: usize, length: u32, to: usize): u32 {
  const end = from + length;
  let out = to;
  let bits: u32 = 0;
  let letters: u32 = 0;
  if (length > 0) markChanged();
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
    const value = lenientSextet(byte);
    if (value == NO_SEXTET) {
      if (byte == PAD && letters == 1 && (p == end || load<u8>(p) != PAD)) return 0;
      continue;
    }
    bits = (bits << 6) | value;
    if (++letters == 4) {
      storeTriple(out, bits);
      out += 3;
      bits = 0;
      letters = 0;
    }
  }
  return <u32>(storeRest(out, bits, letters) - to);
}

function lenientSextet(byte: u8): u32 {
  return byte == 0x2d ? 62 : byte == 0x5f ? 63 : sextet(byte);
}
