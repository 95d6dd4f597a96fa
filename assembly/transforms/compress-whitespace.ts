/**
 * compress_whitespace: every run of white space (ASCII and the no-break space 0xA0) to one space.
 * ModSecurity 3 leaves 0xA0 alone here, against its documentation; Coraza takes 0x85 as well.
 * Arguments: [from, from + length); `to` has room for `length`.
 * Returns: the new length.
 * Example: { "target": "query.*", "transforms": ["compress_whitespace"], "op": "contains", "value": "or 1" }
 */
import { BLANK, classOf } from './byte-classes';
import { markChanged } from './changed';
import { bytesBetween, firstZero, splat, zeroBytes } from './words';

let out: usize = 0;
/** 1 when the last byte written is the space of a run. */
let inRun: u32 = 0;
/** Not 0 when a byte was written as another. */
let altered: u32 = 0;

export function compressWhitespace(from: usize, length: u32, to: usize): u32 {
  const end = from + length;
  out = to;
  inRun = 0;
  altered = 0;
  let p = from;
  for (; p + 8 <= end; p += 8) if (!copyPlain(load<u64>(p))) copyBytes(p, p + 8);
  copyBytes(p, end);
  const size = <u32>(out - to);
  if (altered != 0 || size != length) markChanged();
  return size;
}

/** Writes eight bytes whose only white space is single spaces; returns false when there is other. */
function copyPlain(word: u64): bool {
  const spaces = zeroBytes(word ^ splat(0x20));
  const odd =
    bytesBetween(word, 0x09, 0x0d) |
    firstZero(word ^ splat(0xa0)) |
    (spaces & ((spaces << 8) | ((<u64>inRun) << 7)));
  if (odd != 0) return false;
  store<u64>(out, word);
  inRun = <u32>(spaces >> 63);
  out += 8;
  return true;
}

/** Without branches: words of text end where no predictor expects it. */
function copyBytes(from: usize, end: usize): void {
  let at = out;
  let wasBlank = inRun;
  let difference: u32 = 0;
  for (let p = from; p < end; p++) {
    const byte: u32 = load<u8>(p);
    const blank = classOf(byte) & BLANK;
    const written = select<u32>(0x20, byte, blank);
    store<u8>(at, written);
    at += 1 - (blank & wasBlank);
    difference |= written ^ byte;
    wasBlank = blank;
  }
  out = at;
  inRun = wasBlank;
  altered |= difference;
}
