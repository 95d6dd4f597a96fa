/** Writes a character as UTF-8 and returns where the next one goes. */
export function writeUtf8(to: usize, code: u32): usize {
  let out = to;
  if (code < 0x80) {
    store<u8>(out++, <u8>code);
    return out;
  }
  if (code < 0x800) {
    store<u8>(out++, <u8>(0xc0 | (code >> 6)));
  } else {
    if (code < 0x10000) {
      store<u8>(out++, <u8>(0xe0 | (code >> 12)));
    } else {
      store<u8>(out++, <u8>(0xf0 | (code >> 18)));
      store<u8>(out++, <u8>(0x80 | ((code >> 12) & 0x3f)));
    }
    store<u8>(out++, <u8>(0x80 | ((code >> 6) & 0x3f)));
  }
  store<u8>(out++, <u8>(0x80 | (code & 0x3f)));
  return out;
}
