/** Cuts a value into the tokens of SQL. Dialects are mixed: what is a token to any of them is one here. */
import { foldByte, hexDigit } from '../bytes';
import { blankAt, isDigit, isNameByte, startsName, startsWord, wordEnd } from './sql-bytes';
import {
  TOKEN_ARITHMETIC,
  TOKEN_CLOSE,
  TOKEN_COMMA,
  TOKEN_COMMENT,
  TOKEN_COMPARE,
  TOKEN_LOGIC,
  TOKEN_LONG_COMMENT,
  TOKEN_NAME,
  TOKEN_NUMBER,
  TOKEN_OPEN,
  TOKEN_OPEN_STRING,
  TOKEN_OTHER,
  TOKEN_SEMICOLON,
  TOKEN_SKIPPED,
  TOKEN_STAR,
  TOKEN_STRING,
  TOKEN_VARIABLE,
} from './sql-tables.gen';
import { commentEnd, wordToken } from './sql-word';

/** No token is left. */
export const NO_TOKEN: u32 = u32.MAX_VALUE;

const MOST_BRACKETED: u32 = 63;

let at: usize = 0;
let end: usize = 0;

/** Reads from `from` on. */
export function openReader(from: usize, to: usize): void {
  at = from;
  end = to;
}

/** Where the next token begins. */
export function readerAt(): usize {
  return at;
}

/** The next token. Comments are none, unless they go on to the end. */
export function nextToken(): u32 {
  let comment = NO_TOKEN;
  while (at < end) {
    const token = readToken();
    if (token == TOKEN_COMMENT || token == TOKEN_LONG_COMMENT) comment = token;
    else if (token != TOKEN_SKIPPED) return token;
  }
  return comment;
}

/** One token, or something that is skipped. */
function readToken(): u32 {
  const byte = load<u8>(at);
  const blank = blankAt(at, end);
  if (blank != 0) return take(blank, TOKEN_SKIPPED);
  if (isDigit(byte)) return readNumber();
  if (startsWord(at, end)) return readWord();
  const next: u8 = at + 1 < end ? load<u8>(at, 1) : 0;
  switch (<i32>byte) {
    case 0x27:
    case 0x22:
      return readString(byte);
    case 0x2d:
      return next == 0x2d ? readLineComment(2) : take(1, TOKEN_ARITHMETIC);
    case 0x23:
      return readLineComment(1);
    case 0x2f:
      return next == 0x2a ? readComment() : take(1, TOKEN_ARITHMETIC);
    case 0x2e:
      return isDigit(next) ? readNumber() : take(1, TOKEN_OTHER);
    case 0x60:
      return readQuotedName();
    case 0x5b:
      return readBracketedName();
    case 0x40:
      return readVariable(next);
    case 0x5c:
      return next == 0x4e ? take(2, TOKEN_NUMBER) : take(1, TOKEN_SKIPPED);
    case 0x7b:
      return skipName(1, TOKEN_OTHER);
    case 0x7d:
      return take(1, TOKEN_SKIPPED);
    case 0x28:
      return take(1, TOKEN_OPEN);
    case 0x29:
      return take(1, TOKEN_CLOSE);
    case 0x2c:
      return take(1, TOKEN_COMMA);
    case 0x3b:
      return take(1, TOKEN_SEMICOLON);
    default:
      return readOperator(byte, next);
  }
}

function take(bytes: u32, token: u32): u32 {
  at += bytes;
  return token;
}

function readOperator(byte: u8, next: u8): u32 {
  switch (<i32>byte) {
    case 0x2a:
      return next == 0x2f ? take(2, TOKEN_SKIPPED) : take(1, TOKEN_STAR);
    case 0x3d:
      return take(next == 0x3d ? 2 : 1, TOKEN_COMPARE);
    case 0x3c:
    case 0x3e:
      return readAngle(byte, next);
    case 0x21:
    case 0x5e:
    case 0x7e:
      return next == 0x3d ? take(2, TOKEN_COMPARE) : take(1, TOKEN_ARITHMETIC);
    case 0x26:
    case 0x7c:
      return next == byte ? take(2, TOKEN_LOGIC) : take(1, TOKEN_ARITHMETIC);
    case 0x2b:
    case 0x25:
      return take(1, TOKEN_ARITHMETIC);
    case 0x3a:
      if (next == 0x3d) return take(2, TOKEN_COMPARE);
      return next == 0x3a ? skipName(2, TOKEN_OTHER) : take(1, TOKEN_OTHER);
    default:
      return take(1, TOKEN_OTHER);
  }
}

/** `<`, `>`, and what begins with them. */
function readAngle(byte: u8, next: u8): u32 {
  if (next == 0x3d) {
    const isNullSafe = byte == 0x3c && at + 2 < end && load<u8>(at, 2) == 0x3e;
    return take(isNullSafe ? 3 : 2, TOKEN_COMPARE);
  }
  if (next == byte) return take(2, TOKEN_ARITHMETIC);
  return take(byte == 0x3c && next == 0x3e ? 2 : 1, TOKEN_COMPARE);
}

/** Skips `bytes`, blanks and a name, as in `{fn` and `::int`; without a name the first byte is a token. */
function skipName(bytes: u32, otherwise: u32): u32 {
  let i = at + bytes;
  while (i < end && load<u8>(i) <= 0x20) i++;
  if (i >= end || !startsName(load<u8>(i))) return take(1, otherwise);
  while (i < end && isNameByte(load<u8>(i))) i++;
  at = i;
  return TOKEN_SKIPPED;
}

/** From `--` or `#` to the end of the line. */
function readLineComment(mark: u32): u32 {
  let words: u32 = 0;
  let inWord = false;
  let i = at + mark;
  for (; i < end; i++) {
    const byte = load<u8>(i);
    if (byte == 0x0a) break;
    const isBlank = byte <= 0x20;
    if (!isBlank && !inWord) words++;
    inWord = !isBlank;
  }
  at = i;
  return words > 1 ? TOKEN_LONG_COMMENT : TOKEN_COMMENT;
}

/** MySQL runs what stands in comments that begin with an exclamation mark. */
function readComment(): u32 {
  if (at + 2 < end && load<u8>(at, 2) == 0x21) {
    at = digitsEnd(at + 3);
    return TOKEN_SKIPPED;
  }
  const from = at;
  at = commentEnd(from, end);
  const isClosed = at - from > 3 && load<u8>(at - 1) == 0x2f && load<u8>(at - 2) == 0x2a;
  return isClosed ? TOKEN_SKIPPED : TOKEN_COMMENT;
}

/** A string that begins at `at`; one that does not end and has no blank is a token of its own. */
function readString(quote: u8): u32 {
  let hasBlank = false;
  let i = at + 1;
  for (; i < end; i++) {
    const byte = load<u8>(i);
    if (byte == quote) {
      if (i + 1 >= end || load<u8>(i, 1) != quote) break;
      i++;
    } else if (byte == 0x5c) {
      i++;
      if (i < end && load<u8>(i) <= 0x20) hasBlank = true;
    } else if (byte <= 0x20) hasBlank = true;
  }
  const isOpen = i >= end && !hasBlank;
  at = min(i + 1, end);
  return isOpen ? TOKEN_OPEN_STRING : TOKEN_STRING;
}

function readQuotedName(): u32 {
  let i = at + 1;
  while (i < end && load<u8>(i) != 0x60) i++;
  at = min(i + 1, end);
  return TOKEN_NAME;
}

function readBracketedName(): u32 {
  const most = min(end, at + MOST_BRACKETED + 2);
  for (let i = at + 1; i < most; i++) {
    const byte = load<u8>(i);
    if (byte == 0x5d) {
      at = i + 1;
      return TOKEN_NAME;
    }
    const isInName = byte == 0x20 || byte == 0x2e || byte == 0x24 || byte == 0x2d;
    if (!isInName && !isNameByte(byte)) break;
  }
  return take(1, TOKEN_OTHER);
}

function readVariable(next: u8): u32 {
  at = wordEnd(at + (next == 0x40 ? 2 : 1), end);
  return TOKEN_VARIABLE;
}

/** Digits before letters: a number when a word of SQL comes next, else all of it is a name. */
function readNumber(): u32 {
  at = numberEnd(at);
  if (at >= end || !startsWord(at, end)) return TOKEN_NUMBER;
  const letters = wordEnd(at + 1, end);
  if (wordToken(at, letters, end) != TOKEN_NAME) return TOKEN_NUMBER;
  at = letters;
  return TOKEN_NAME;
}

function numberEnd(from: usize): usize {
  const second: u8 = from + 1 < end ? foldByte(load<u8>(from, 1)) : 0;
  if (load<u8>(from) == 0x30 && second == 0x78) return hexEnd(from + 2);
  if (load<u8>(from) == 0x30 && second == 0x62) return binaryEnd(from + 2);
  let i = digitsEnd(from);
  if (i < end && load<u8>(i) == 0x2e) i = digitsEnd(i + 1);
  return exponentEnd(i);
}

function exponentEnd(from: usize): usize {
  if (from >= end || foldByte(load<u8>(from)) != 0x65) return from;
  let i = from + 1;
  if (i < end && (load<u8>(i) == 0x2b || load<u8>(i) == 0x2d)) i++;
  const last = digitsEnd(i);
  return last > i ? last : from;
}

function digitsEnd(from: usize): usize {
  let i = from;
  while (i < end && isDigit(load<u8>(i))) i++;
  return i;
}

function hexEnd(from: usize): usize {
  let i = from;
  while (i < end && hexDigit(load<u8>(i)) >= 0) i++;
  return i;
}

function binaryEnd(from: usize): usize {
  let i = from;
  while (i < end && (load<u8>(i) & 0xfe) == 0x30) i++;
  return i;
}

/** A keyword or a name, or the letters before a string such as N'text'. */
function readWord(): u32 {
  const from = at;
  const last = wordEnd(from + 1, end);
  const next: u8 = last < end ? load<u8>(last) : 0;
  at = last;
  if ((next == 0x27 || next == 0x22) && isStringPrefix(from, last)) return readString(next);
  if (next == 0x2a && load<u8>(last - 1) == 0x2e) return take(1, TOKEN_NAME);
  return wordToken(from, last, end);
}

function isStringPrefix(from: usize, last: usize): bool {
  if (load<u8>(from) == 0x5f) return true;
  const first = foldByte(load<u8>(from));
  if (last - from == 2) return first == 0x6e && foldByte(load<u8>(from, 1)) == 0x71;
  if (last - from != 1) return false;
  return first == 0x6e || first == 0x78 || first == 0x62 || first == 0x65 || first == 0x71;
}
