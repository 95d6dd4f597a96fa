/**
 * Splits the value of a Cookie header: `a=1; b=2`. White space around a piece is dropped, nothing is
 * decoded. A piece without `=` is a name with an empty value; empty pieces are no fields.
 */
import { KIND_COOKIES } from '../layout.gen';
import { charge, exhausted } from '../steps';
import { isBlank } from './blanks';
import { addNamed } from './fields';

const SEMICOLON: u8 = 0x3b;
const EQUALS: u8 = 0x3d;

export function splitCookies(at: usize, length: u32): void {
  charge(length);
  const end = at + length;
  let start = at;
  while (start < end && !exhausted()) {
    let equals: usize = 0;
    let stop = start;
    for (; stop < end; stop++) {
      const byte = load<u8>(stop);
      if (byte == SEMICOLON) break;
      if (byte == EQUALS && equals == 0) equals = stop;
    }
    if (!addCookie(start, equals, stop)) return;
    start = stop + 1;
  }
}

/** `equals` is 0 when the piece has none. */
function addCookie(from: usize, equals: usize, to: usize): bool {
  let start = from;
  let stop = to;
  while (start < stop && isBlank(load<u8>(start))) start++;
  while (stop > start && isBlank(load<u8>(stop - 1))) stop--;
  if (start == stop) return true;
  const nameEnd = equals == 0 ? stop : equals;
  const value = equals == 0 ? stop : equals + 1;
  return addNamed(KIND_COOKIES, start, <u32>(nameEnd - start), value, <u32>(stop - value));
}
