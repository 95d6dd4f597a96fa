/** Reading hexadecimal digits. */
import { hexDigit } from '../bytes';

/** The number that exactly `digits` digits at `p` make, -1 when one is none or lies behind `end`. */
export function hexNumber(p: usize, end: usize, digits: u32): i32 {
  if (p + digits > end) return -1;
  let number = 0;
  for (let i: u32 = 0; i < digits; i++) {
    const digit = hexDigit(load<u8>(p + i));
    if (digit < 0) return -1;
    number = (number << 4) | digit;
  }
  return number;
}

/** The four digits of a number of 16 bits, in small letters and in the order of memory. */
export function fourDigits(number: u32): u32 {
  const swapped = bswap(<u16>number);
  return <u32>twoDigits(<u8>swapped) | ((<u32>twoDigits(<u8>(swapped >> 8))) << 16);
}

/** The two digits of a byte, likewise. */
export function twoDigits(byte: u8): u16 {
  const nibbles = ((<u32>byte & 15) << 8) | (<u32>byte >> 4);
  const letters = ((nibbles + 0x0606) >> 4) & 0x0101;
  return <u16>(nibbles + 0x3030 + letters * 0x27);
}
