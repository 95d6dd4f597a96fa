/** Numbers that rules see as text: decimal digits in places of their own. */
import { ARENA_NUMBER_TEXT } from '../layout.gen';

/** Which number it is; each has its place. */
export const NUMBER_STATUS: u32 = 0;
export const NUMBER_ARGS: u32 = 1;
export const NUMBER_FILES: u32 = 2;

/** 32 bits have ten digits at most. */
const PLACE_BYTES: usize = 16;

export function numberTextAt(place: u32): usize {
  return ARENA_NUMBER_TEXT + <usize>place * PLACE_BYTES;
}

/** Writes the digits and returns how many there are. */
export function writeNumber(place: u32, value: u32): u32 {
  let digits: u32 = 1;
  for (let rest = value / 10; rest > 0; rest /= 10) digits++;
  let rest = value;
  for (let p = numberTextAt(place) + digits; p > numberTextAt(place); rest /= 10) {
    store<u8>(--p, <u8>(0x30 + (rest % 10)));
  }
  return digits;
}
