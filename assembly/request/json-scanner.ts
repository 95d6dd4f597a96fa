/**
 * A strict JSON scanner over bytes: a cursor, and functions that move it over one token. A string
 * without escapes stays where it is; one with escapes is decoded into the arena that `startJson` names.
 */
import { hexDigit } from '../bytes';
import { copyBytes } from './copy-bytes';
import { writeUtf8 } from './write-utf8';

const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;
/** Nesting that a skipped value may have. */
const MAX_DEPTH: u32 = 64;

/** The next byte to read. */
export let cursor: usize = 0;
let end: usize = 0;
/** Where the next decoded string goes. */
export let arena: usize = 0;

/** The string that `readString` read last. */
export let stringAt: usize = 0;
export let stringLen: u32 = 0;

/** Text that has to be decoded goes to `room`, which must be as large as the text to read. */
export function startJson(at: usize, length: u32, room: usize): void {
  cursor = at;
  end = at + length;
  arena = room;
}

/** The next byte that is not white space, 0 at the end. */
export function peek(): u8 {
  let p = cursor;
  let byte: u8 = 0;
  for (; p < end; p++) {
    byte = load<u8>(p);
    if (byte > 0x20 || (byte != 0x20 && byte != 0x0a && byte != 0x0d && byte != 0x09)) break;
  }
  cursor = p;
  return p < end ? byte : 0;
}

export function isAtEnd(): bool {
  return peek() == 0 && cursor >= end;
}

/** Moves over `byte` when it comes next. */
export function accept(byte: u8): bool {
  if (peek() != byte) return false;
  cursor++;
  return true;
}

/** Moves over a string and leaves it in `stringAt`, `stringLen`. */
export function readString(): bool {
  if (!accept(QUOTE)) return false;
  const start = cursor;
  const stop = plainEnd(start);
  cursor = stop;
  if (stop >= end || load<u8>(stop) != QUOTE) return decodeString(start);
  stringAt = start;
  stringLen = <u32>(stop - start);
  cursor = stop + 1;
  return true;
}

/** The first quote, backslash or control character from `p` on. */
function plainEnd(p: usize): usize {
  const ones: u64 = 0x0101_0101_0101_0101;
  let at = p;
  while (at + 8 <= end) {
    const word = load<u64>(at);
    const quotes = word ^ (ones * <u64>QUOTE);
    const backslashes = word ^ (ones * <u64>BACKSLASH);
    // The highest bit of a byte that is zero, or below 0x20, is set in one of these.
    const found = (quotes - ones) & ~quotes;
    const escapes = (backslashes - ones) & ~backslashes;
    const controls = (word - ones * 0x20) & ~word;
    if (((found | escapes | controls) & (ones * 0x80)) != 0) break;
    at += 8;
  }
  for (; at < end; at++) {
    const byte = load<u8>(at);
    if (byte == QUOTE || byte == BACKSLASH || byte < 0x20) break;
  }
  return at;
}

/**
 * Goes on at the first byte of a string that is not plain. Decoded text is never longer than its source,
 * so the arena has room for it.
 */
function decodeString(start: usize): bool {
  const out = arena;
  let from = start;
  while (true) {
    const plain = <u32>(cursor - from);
    copyBytes(arena, from, plain);
    arena += plain;
    if (cursor >= end) return false;
    const byte = load<u8>(cursor++);
    if (byte == QUOTE) {
      stringAt = out;
      stringLen = <u32>(arena - out);
      return true;
    }
    if (byte != BACKSLASH || !decodeEscape()) return false;
    from = cursor;
    cursor = plainEnd(from);
  }
}

function decodeEscape(): bool {
  if (cursor >= end) return false;
  const byte = load<u8>(cursor++);
  let decoded: u8 = 0;
  switch (byte) {
    case 0x22:
    case 0x5c:
    case 0x2f:
      decoded = byte;
      break;
    case 0x62:
      decoded = 0x08;
      break;
    case 0x66:
      decoded = 0x0c;
      break;
    case 0x6e:
      decoded = 0x0a;
      break;
    case 0x72:
      decoded = 0x0d;
      break;
    case 0x74:
      decoded = 0x09;
      break;
    case 0x75:
      return decodeUnicode();
    default:
      return false;
  }
  store<u8>(arena++, decoded);
  return true;
}

/** `\uXXXX`, or two of them that form a surrogate pair; half a pair becomes U+FFFD. */
function decodeUnicode(): bool {
  let code = readHex4();
  if (code < 0) return false;
  if (code >= 0xd800 && code < 0xdc00) {
    const mark = cursor;
    let low = -1;
    if (cursor + 6 <= end && load<u16>(cursor) == 0x755c) {
      cursor += 2;
      low = readHex4();
      if (low < 0) return false;
    }
    if (low >= 0xdc00 && low < 0xe000) {
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    } else {
      cursor = mark;
      code = 0xfffd;
    }
  } else if (code >= 0xdc00 && code < 0xe000) {
    code = 0xfffd;
  }
  arena = writeUtf8(arena, <u32>code);
  return true;
}

/** Four hexadecimal digits, -1 when they are not there. */
function readHex4(): i32 {
  if (cursor + 4 > end) return -1;
  let code = 0;
  for (let i = 0; i < 4; i++) {
    const digit = hexDigit(load<u8>(cursor++));
    if (digit < 0) return -1;
    code = (code << 4) | digit;
  }
  return code;
}

/** Moves over any value. */
export function skipValue(): bool {
  let depth: u32 = 0;
  /** Bit n: the container at depth n is an object. */
  let objects: u64 = 0;
  do {
    const next = peek();
    if (next == 0x7b || next == 0x5b) {
      if (depth == MAX_DEPTH) return false;
      cursor++;
      const isObject = next == 0x7b;
      objects = (objects & ~((<u64>1) << depth)) | ((isObject ? <u64>1 : 0) << depth);
      depth++;
      if (!accept(isObject ? 0x7d : 0x5d)) {
        if (isObject && !skipKey()) return false;
        continue;
      }
      depth--;
    } else if (!skipScalar(next)) {
      return false;
    }
    // A value has ended: close what ends with it, or go on with the next member.
    while (depth > 0) {
      const inObject = ((objects >> (depth - 1)) & 1) != 0;
      if (accept(0x2c)) {
        if (inObject && !skipKey()) return false;
        break;
      }
      if (!accept(inObject ? 0x7d : 0x5d)) return false;
      depth--;
    }
  } while (depth > 0);
  return true;
}

function skipKey(): bool {
  return readString() && accept(0x3a);
}

/** Moves over a scalar that begins with `first`. */
export function skipScalar(first: u8): bool {
  if (first == QUOTE) return readString();
  if (first == 0x74) return skipWord(0x65757274);
  if (first == 0x6e) return skipWord(0x6c6c756e);
  if (first == 0x66) {
    cursor++;
    return skipWord(0x65736c61);
  }
  return skipNumber();
}

/** Moves over four letters, given as they lie in memory. */
function skipWord(letters: u32): bool {
  if (cursor + 4 > end || load<u32>(cursor) != letters) return false;
  cursor += 4;
  return true;
}

/** Moves over a number. */
function skipNumber(): bool {
  if (cursor < end && load<u8>(cursor) == 0x2d) cursor++;
  const start = cursor;
  if (!skipDigits() || (load<u8>(start) == 0x30 && cursor > start + 1)) return false;
  if (cursor < end && load<u8>(cursor) == 0x2e) {
    cursor++;
    if (!skipDigits()) return false;
  }
  if (cursor < end && (load<u8>(cursor) | 0x20) == 0x65) {
    cursor++;
    if (cursor < end && (load<u8>(cursor) == 0x2b || load<u8>(cursor) == 0x2d)) cursor++;
    return skipDigits();
  }
  return true;
}

/** Returns false when there is none. */
function skipDigits(): bool {
  const start = cursor;
  while (cursor < end && load<u8>(cursor) - 0x30 < 10) cursor++;
  return cursor > start;
}

/**
 * Moves over a number. Returns thousandths of it (seconds to milliseconds), 0 for a negative number
 * or one with an exponent, -1 when no number comes next.
 */
export function readNumber(): f64 {
  const start = cursor;
  if (!skipNumber()) return -1;
  let value: f64 = 0;
  let isFraction = false;
  let unit: f64 = 100;
  for (let p = start; p < cursor; p++) {
    const byte = load<u8>(p);
    if (byte == 0x2e) {
      isFraction = true;
      value *= 1000;
    } else if (byte - 0x30 >= 10) {
      return 0;
    } else if (isFraction) {
      value += <f64>(byte - 0x30) * unit;
      unit = unit > 1 ? unit / 10 : 0;
    } else {
      value = value * 10 + <f64>(byte - 0x30);
    }
  }
  return isFraction ? value : value * 1000;
}
