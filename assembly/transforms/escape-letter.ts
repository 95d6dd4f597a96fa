/** What `\` followed by this byte means in C and JavaScript: a control character, or the byte itself. */
export function escapeLetter(byte: u8): u8 {
  switch (<i32>byte) {
    case 0x61:
      return 0x07;
    case 0x62:
      return 0x08;
    case 0x66:
      return 0x0c;
    case 0x6e:
      return 0x0a;
    case 0x72:
      return 0x0d;
    case 0x74:
      return 0x09;
    case 0x76:
      return 0x0b;
    default:
      return byte;
  }
}

/** True for 0 to 7. */
export function isOctal(byte: u8): bool {
  return <u32>byte - 0x30 < 8;
}

/** How many octal digits stand at `p`, at most three. */
export function octalDigits(p: usize, end: usize): u32 {
  const limit = min<usize>(end, p + 3);
  let q = p;
  while (q < limit && isOctal(load<u8>(q))) q++;
  return <u32>(q - p);
}

/** The number that `digits` octal digits make. */
export function octalNumber(p: usize, digits: u32): u32 {
  let number: u32 = 0;
  for (let i: u32 = 0; i < digits; i++) number = (number << 3) | (load<u8>(p + i) & 7);
  return number;
}
