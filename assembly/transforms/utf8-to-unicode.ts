/**
 * utf8_to_unicode: UTF-8 sequences of two to four bytes to `%uXXXX`, in small letters, with more digits
 * above U+FFFF. What is not such a sequence stays. Overlong forms and surrogates are decoded too;
 * ModSecurity writes their first byte again behind the escape, which would tear words apart.
 * Arguments: [from, from + length); `to` has room for 3 * length.
 * Returns: the new length.
 * Example: { "target": "query.*", "transforms": ["utf8_to_unicode", "url_decode_uni"], "op": "contains", "value": "<script" }
 */
import { markChanged } from './changed';
import { fourDigits, twoDigits } from './hex-number';

const HIGHS: u64 = 0x8080808080808080;

export function utf8ToUnicode(from: usize, length: u32, to: usize): u32 {
  const end = from + length;
  let out = to;
  for (let p = from; p < end; ) {
    if (p + 8 <= end) {
      const word = load<u64>(p);
      store<u64>(out, word);
      const plain = <usize>(ctz(word & HIGHS) >> 3);
      p += plain;
      out += plain;
      if (plain == 8) continue;
    }
    const byte = load<u8>(p);
    const size = sequenceAt(p, end, byte);
    if (size == 0) {
      store<u8>(out++, byte);
      p++;
    } else {
      out = writeEscape(out, codePoint(p, size));
      p += size;
      markChanged();
    }
  }
  return <u32>(out - to);
}

/** Bytes of the sequence that `lead` begins at `p`; 0 when it is none. */
function sequenceAt(p: usize, end: usize, lead: u8): u32 {
  if (lead < 0xc0 || lead > 0xf4) return 0;
  const size: u32 = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (p + size > end) return 0;
  for (let i: u32 = 1; i < size; i++) {
    if ((load<u8>(p + i) & 0xc0) != 0x80) return 0;
  }
  return size;
}

function codePoint(p: usize, size: u32): u32 {
  let code: u32 = load<u8>(p) & (0x7f >> size);
  for (let i: u32 = 1; i < size; i++) code = (code << 6) | (load<u8>(p + i) & 0x3f);
  return code;
}

function writeEscape(at: usize, code: u32): usize {
  store<u16>(at, 0x7525);
  let out = at + 2;
  // At most 0x13ffff: one or two more digits.
  if (code > 0xfffff) store<u8>(out++, 0x31);
  if (code > 0xffff) store<u8>(out++, <u8>(twoDigits(<u8>(code >> 16)) >> 8));
  store<u32>(out, fourDigits(code));
  return out + 4;
}
