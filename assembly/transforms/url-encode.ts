/**
 * url_encode: letters, digits and `*` stay, a space becomes `+`, any other byte `%xx` in small letters.
 * Arguments: [from, from + length); `to` has room for 3 * length.
 * Returns: the new length.
 * Example: { "target": "cookies.*", "transforms": ["url_encode"], "op": "contains", "value": "%3d%3d" }
 */
import { markChanged } from './changed';
import { twoDigits } from './hex-number';

export function urlEncode(from: usize, length: u32, to: usize): u32 {
  let out = to;
  for (let p = from, end = from + length; p < end; p++) {
    const byte = load<u8>(p);
    if (isPlain(byte)) {
      store<u8>(out++, byte);
      continue;
    }
    markChanged();
    if (byte == 0x20) {
      store<u8>(out++, 0x2b);
      continue;
    }
    store<u8>(out, 0x25);
    store<u16>(out, twoDigits(byte), 1);
    out += 3;
  }
  return <u32>(out - to);
}

function isPlain(byte: u8): bool {
  return <u32>(byte | 0x20) - 0x61 < 26 || <u32>byte - 0x30 < 10 || byte == 0x2a;
}
