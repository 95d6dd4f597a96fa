/** Reads a value as a decimal integer: an optional sign and digits, nothing else. */

/** Where values beyond it are held: no bound of a rule lies further out. */
const SATURATED: i64 = 1_000_000_000_000_000_000;

/** The integer that `readInteger` read last. */
export let integer: i64 = 0;

export function readInteger(at: usize, length: u32): bool {
  const end = at + length;
  const sign: u8 = length > 0 ? load<u8>(at) : 0;
  let p = sign == 0x2d || sign == 0x2b ? at + 1 : at;
  if (p == end) return false;
  let value: i64 = 0;
  for (; p < end; p++) {
    const digit: u32 = <u32>load<u8>(p) - 0x30;
    if (digit > 9) return false;
    value = value < SATURATED / 10 ? value * 10 + digit : SATURATED;
  }
  integer = sign == 0x2d ? -value : value;
  return true;
}
