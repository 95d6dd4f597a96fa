/**
 * Splits `a=1&b=2` into fields; names and values are URL-decoded once, `+` is a space. A piece without
 * `=` is a name with an empty value; empty pieces are no fields. Text that needs no decoding stays where
 * it is.
 */
import { charge, exhausted } from '../steps';
import { decodePercent } from './decode-percent';
import { addNamed } from './fields';
import { textEnd } from './text-arena';

const AMPERSAND: u8 = 0x26;
const EQUALS: u8 = 0x3d;

/** The text that `findStop` went over has something to decode. */
let isCoded: bool = false;
/** The text that `place` placed. */
let placedAt: usize = 0;
let placedLen: u32 = 0;

/** Returns false when the table of fields is full. */
export function splitParameters(kind: i32, at: usize, length: u32): bool {
  charge(length);
  const end = at + length;
  let start = at;
  while (start < end && !exhausted()) {
    let stop = findStop(start, end, EQUALS);
    if (stop == start && (stop == end || load<u8>(stop) == AMPERSAND)) {
      start = stop + 1;
      continue;
    }
    place(start, stop);
    const nameAt = placedAt;
    const nameLen = placedLen;
    if (stop < end && load<u8>(stop) == EQUALS) {
      const value = stop + 1;
      stop = findStop(value, end, AMPERSAND);
      place(value, stop);
    } else {
      place(stop, stop);
    }
    if (!addNamed(kind, nameAt, nameLen, placedAt, placedLen)) return false;
    start = stop + 1;
  }
  return true;
}

/** Where the text that begins at `from` ends: at `&`, at `sign`, at `end`. */
function findStop(from: usize, end: usize, sign: u8): usize {
  isCoded = false;
  let p = from;
  while (p + 8 <= end && !hasSign(load<u64>(p))) p += 8;
  for (; p < end; p++) {
    const byte = load<u8>(p);
    // Letters lie above all signs that mean something here.
    if (byte > EQUALS) continue;
    if (byte == AMPERSAND || byte == sign) break;
    if (byte == 0x25 || byte == 0x2b) isCoded = true;
  }
  return p;
}

/** Some of eight bytes is `&`, `=`, `%` or `+`; `$` and `'` may pass for the first and third. */
function hasSign(word: u64): bool {
  const ones: u64 = 0x0101_0101_0101_0101;
  const pair = (word & (ones * 0xfc)) ^ (ones * 0x24);
  const equals = word ^ (ones * <u64>EQUALS);
  const plus = word ^ (ones * 0x2b);
  const found = ((pair - ones) & ~pair) | ((equals - ones) & ~equals) | ((plus - ones) & ~plus);
  return (found & (ones * 0x80)) != 0;
}

function place(from: usize, to: usize): void {
  placedAt = from;
  if (isCoded && from < to) {
    placedAt = textEnd;
    decodePercent(from, to, true);
    placedLen = <u32>(textEnd - placedAt);
  } else {
    placedLen = <u32>(to - from);
  }
}
