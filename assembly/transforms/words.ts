/**
 * Eight bytes at a time. A mask has the highest bit of each byte that was found, so that the lowest one is
 * at byte `ctz(mask) >> 3`: words are little endian.
 */
import { markChanged } from './changed';

const ONES: u64 = 0x0101010101010101;
const HIGHS: u64 = 0x8080808080808080;
const SEVENS: u64 = 0x7f7f7f7f7f7f7f7f;

/**
 * Hits come in swarms. After one, this many bytes are looked at one by one before the next word is: hits
 * side by side must not cost a new start each.
 */
export const STRETCH: usize = 8;

/** `byte` in every byte of a word. */
export function splat(byte: u8): u64 {
  return <u64>byte * ONES;
}

/** Mask of the zero bytes; bytes above the first one may be there by mistake. */
export function firstZero(word: u64): u64 {
  return (word - ONES) & ~word & HIGHS;
}

/** Mask of the zero bytes. */
export function zeroBytes(word: u64): u64 {
  return ~(((word & SEVENS) + SEVENS) | word | SEVENS);
}

/** Mask of the bytes from `low` to `high`; both are ASCII. */
export function bytesBetween(word: u64, low: u8, high: u8): u64 {
  const heptets = word & SEVENS;
  return ((heptets + splat(0x80 - low)) ^ (heptets + splat(0x7f - high))) & ~word & HIGHS;
}

/** Copies [from, end) to `to`, up to the first byte `stop`. Returns where that is, or `end`. */
export function copyUntil(from: usize, end: usize, to: usize, stop: u8): usize {
  const pattern = splat(stop);
  let p = from;
  let out = to;
  // The whole word is written even when only its start counts: the rest is overwritten later.
  for (; p + 8 <= end; p += 8, out += 8) {
    const word = load<u64>(p);
    const hits = firstZero(word ^ pattern);
    store<u64>(out, word);
    if (hits != 0) return p + <usize>(ctz(hits) >> 3);
  }
  for (; p < end; p++, out++) {
    const byte = load<u8>(p);
    if (byte == stop) return p;
    store<u8>(out, byte);
  }
  return end;
}

/** As `copyUntil`, for two bytes. */
export function copyUntilEither(from: usize, end: usize, to: usize, a: u8, b: u8): usize {
  const patternA = splat(a);
  const patternB = splat(b);
  let p = from;
  let out = to;
  for (; p + 8 <= end; p += 8, out += 8) {
    const word = load<u64>(p);
    const hits = firstZero(word ^ patternA) | firstZero(word ^ patternB);
    store<u64>(out, word);
    if (hits != 0) return p + <usize>(ctz(hits) >> 3);
  }
  for (; p < end; p++, out++) {
    const byte = load<u8>(p);
    if (byte == a || byte == b) return p;
    store<u8>(out, byte);
  }
  return end;
}

/** Copies the bytes with every `old` replaced by `byte`, and marks a change if there was one. */
export function replaceByte(from: usize, length: u32, to: usize, old: u8, byte: u8): void {
  const end = from + length;
  const pattern = splat(old);
  const flip: u64 = old ^ byte;
  let p = from;
  let out = to;
  let found: u64 = 0;
  for (; p + 8 <= end; p += 8, out += 8) {
    const word = load<u64>(p);
    const hits = zeroBytes(word ^ pattern) >> 7;
    store<u64>(out, word ^ (hits * flip));
    found |= hits;
  }
  for (; p < end; p++, out++) {
    const hit = <u64>(load<u8>(p) == old);
    store<u8>(out, load<u8>(p) ^ <u8>(hit * flip));
    found |= hit;
  }
  if (found != 0) markChanged();
}
