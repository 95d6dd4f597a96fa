/**
 * A strict JSON scanner over bytes: a cursor, and functions that move it over one token. A string
 * without escapes stays where it is; one with escapes is decoded into the JSON arena.
 */
import { hexDigit } from '../bytes';
import { ARENA_JSON_TEXT } from '../layout.gen';

const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;
/** Nesting that a skipped value may have. */
const MAX_DEPTH: u32 = 64;

let cursor: usize = 0;
let end: usize = 0;
let arena: usize = 0;

/** The string that `readString` read last. */
export let stringAt: usize = 0;
export let stringLen: u32 = 0;

export function startJson(at: usize, length: u32): void {
  cursor = at;
  end = at + length;
  arena = ARENA_JSON_TEXT;
}

export function skipSpace(): void {
  while (cursor < end) {
    const byte = load<u8>(cursor);
    if (byte != 0x20 && byte != 0x0a && byte != 0x0d && byte != 0x09) return;
    cursor++;
  }
}

/** The next byte that is not white space, 0 at the end. */
export function peek(): u8 {
  skipSpace();
  return cursor < end ? load<u8>(cursor) : 0;
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
  while (cursor < end) {
    const byte = load<u8>(cursor);
    if (byte == QUOTE) {
      stringAt = start;
      stringLen = <u32>(cursor - start);
      cursor++;
      return true;
    }
    if (byte == BACKSLASH) return decodeString(start);
    if (byte < 0x20) return false;
    cursor++;
  }
  return false;
}

/** Decoded text is never longer than its source, so the arena has room for a whole record. */
function decodeString(start: usize): bool {
  const out = arena;
  const plain = cursor - start;
  memory.copy(arena, start, plain);
  arena += plain;
  while (cursor < end) {
    const byte = load<u8>(cursor++);
    if (byte == QUOTE) {
      stringAt = out;
      stringLen = <u32>(arena - out);
      return true;
    }
    if (byte < 0x20) return false;
    if (byte != BACKSLASH) store<u8>(arena++, byte);
    else if (!decodeEscape()) return false;
  }
  return false;
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
  writeUtf8(code);
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

function writeUtf8(code: i32): void {
  if (code < 0x80) {
    store<u8>(arena++, <u8>code);
    return;
  }
  if (code < 0x800) {
    store<u8>(arena++, <u8>(0xc0 | (code >> 6)));
  } else {
    if (code < 0x10000) {
      store<u8>(arena++, <u8>(0xe0 | (code >> 12)));
    } else {
      store<u8>(arena++, <u8>(0xf0 | (code >> 18)));
      store<u8>(arena++, <u8>(0x80 | ((code >> 12) & 0x3f)));
    }
    store<u8>(arena++, <u8>(0x80 | ((code >> 6) & 0x3f)));
  }
  store<u8>(arena++, <u8>(0x80 | (code & 0x3f)));
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

function skipScalar(first: u8): bool {
  if (first == QUOTE) return readString();
  if (first == 0x74) return skipWord(0x65757274);
  if (first == 0x6e) return skipWord(0x6c6c756e);
  if (first == 0x66) {
    cursor++;
    return skipWord(0x65736c61);
  }
  return readNumber() >= 0;
}

/** Moves over four letters, given as they lie in memory. */
function skipWord(letters: u32): bool {
  if (cursor + 4 > end || load<u32>(cursor) != letters) return false;
  cursor += 4;
  return true;
}

/**
 * Moves over a number. Returns thousandths of it (seconds to milliseconds), 0 for a negative number
 * or one with an exponent, -1 when no number comes next.
 */
export function readNumber(): f64 {
  const negative = accept(0x2d);
  let value: f64 = 0;
  const start = cursor;
  while (isDigit()) value = value * 10 + <f64>(load<u8>(cursor++) - 0x30);
  if (cursor == start || (load<u8>(start) == 0x30 && cursor > start + 1)) return -1;
  value *= 1000;
  if (cursor < end && load<u8>(cursor) == 0x2e) {
    cursor++;
    if (!isDigit()) return -1;
    for (let unit: f64 = 100; isDigit(); unit = unit > 1 ? unit / 10 : 0) {
      value += <f64>(load<u8>(cursor++) - 0x30) * unit;
    }
  }
  if (cursor < end && (load<u8>(cursor) | 0x20) == 0x65) {
    cursor++;
    if (cursor < end && (load<u8>(cursor) == 0x2b || load<u8>(cursor) == 0x2d)) cursor++;
    if (!isDigit()) return -1;
    while (isDigit()) cursor++;
    return 0;
  }
  return negative ? 0 : value;
}

function isDigit(): bool {
  return cursor < end && load<u8>(cursor) - 0x30 < 10;
}
