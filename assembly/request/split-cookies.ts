/**
 * Splits the value of a Cookie header: `a=1; b=2`. White space around a piece is dropped, nothing is
 * decoded. A piece without `=` is a name with an empty value; empty pieces are no fields.
 */
import { KIND_COOKIES } from '../layout.gen';
import { charge, exhausted } from '../steps';
import { addNamed } from './fields';

export function splitCookies(at: usize, length: u32): void {
  charge(length);
  const end = at + length;
  let start = at;
  while (start < end && !exhausted()) {
    let stop = start;
    while (stop < end && load<u8>(stop) != 0x3b) stop++;
    addCookie(start, stop);
    start = stop + 1;
  }
}

function addCookie(from: usize, to: usize): void {
  let start = from;
  let stop = to;
  while (start < stop && isBlank(load<u8>(start))) start++;
  while (stop > start && isBlank(load<u8>(stop - 1))) stop--;
  if (start == stop) return;
  let equals = start;
  while (equals < stop && load<u8>(equals) != 0x3d) equals++;
  const value = equals < stop ? equals + 1 : stop;
  addNamed(KIND_COOKIES, start, <u32>(equals - start), value, <u32>(stop - value));
}

function isBlank(byte: u8): bool {
  return byte == 0x20 || byte == 0x09;
}
