/**
 * cmd_line: what shells do not see. Deletes `\ " ' ^`, turns `, ;` and each run of spaces, tabs and line
 * ends into one space, deletes that space before `/` and `(`, and makes ASCII letters small.
 * Arguments: [from, from + length); `to` has room for `length`.
 * Returns: the new length.
 * Example: { "target": "query.*", "transforms": ["cmd_line"], "op": "contains", "value": "cat/etc/passwd" }
 */
import { CAPITAL, classOf, GAP, QUOTE } from './byte-classes';
import { markChanged } from './changed';
import { bytesBetween, firstZero, splat, zeroBytes } from './words';

let out: usize = 0;
/** 1 when the last byte written is a space that `/` and `(` may take back. */
let inGap: u32 = 0;
/** Not 0 when a byte was written as another. */
let altered: u64 = 0;

export function cmdLine(from: usize, length: u32, to: usize): u32 {
  const end = from + length;
  out = to;
  inGap = 0;
  altered = 0;
  let p = from;
  for (; p + 8 <= end; p += 8) if (!copyPlain(load<u64>(p))) copyBytes(p, p + 8);
  copyBytes(p, end);
  const size = <u32>(out - to);
  if (altered != 0 || size != length) markChanged();
  return size;
}

/**
 * Writes eight bytes in which only capitals change: no quotes, no gap but single spaces, and none of these
 * before `/` or `(`. Returns false, without effect, when they are not like that.
 */
function copyPlain(word: u64): bool {
  const spaces = zeroBytes(word ^ splat(0x20));
  const eaters = firstZero(word ^ splat(0x2f)) | firstZero(word ^ splat(0x28));
  const odd =
    ((spaces | eaters) & ((spaces << 8) | ((<u64>inGap) << 7))) |
    bytesBetween(word, 0x09, 0x0d) |
    firstZero(word ^ splat(0x22)) |
    firstZero(word ^ splat(0x27)) |
    firstZero(word ^ splat(0x2c)) |
    firstZero(word ^ splat(0x3b)) |
    firstZero((word & splat(0xfd)) ^ splat(0x5c));
  if (odd != 0) return false;
  const capitals = bytesBetween(word, 0x41, 0x5a);
  store<u64>(out, word | (capitals >> 2));
  altered |= capitals;
  inGap = <u32>(spaces >> 63);
  out += 8;
  return true;
}

/** Without branches: words of text end where no predictor expects it. */
function copyBytes(from: usize, end: usize): void {
  let at = out;
  let wasGap = inGap;
  let difference: u32 = 0;
  for (let p = from; p < end; p++) {
    const byte: u32 = load<u8>(p);
    const what = classOf(byte);
    const gap = (what & GAP) >> 1;
    const quote = (what & QUOTE) >> 2;
    const written = select<u32>(0x20, byte | (what & CAPITAL), gap);
    at -= wasGap & (what >> 3);
    store<u8>(at, written);
    at += 1 - (quote | (gap & wasGap));
    difference |= written ^ byte;
    wasGap = gap | (quote & wasGap);
  }
  out = at;
  inGap = wasGap;
  altered |= <u64>difference;
}
