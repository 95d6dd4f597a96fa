/**
 * The parameters of a header value: `form-data; name="a"; filename*=UTF-8''b`. A quoted value ends at
 * the next quote without a backslash before it, any other at the next semicolon.
 */
import { isFolding } from './blanks';

const SEMICOLON: u8 = 0x3b;
const EQUALS: u8 = 0x3d;
const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;

let cursor: usize = 0;
let end: usize = 0;

/** The parameter that `nextParameter` found last. */
export let parameterAt: usize = 0;
export let parameterLen: u32 = 0;
export let parameterValueAt: usize = 0;
export let parameterValueLen: u32 = 0;
/** The value has a backslash in it, which may stand for the next byte. */
export let isEscaped: bool = false;
/** The value was quoted and the second quote is missing. */
export let isUnclosed: bool = false;

/** Reads from behind the first semicolon. */
export function startParameters(at: usize, length: u32): void {
  cursor = at;
  end = at + length;
  while (cursor < end && load<u8>(cursor) != SEMICOLON) cursor++;
}

export function nextParameter(): bool {
  while (cursor < end && (load<u8>(cursor) == SEMICOLON || isFolding(load<u8>(cursor)))) cursor++;
  if (cursor >= end) return false;
  isEscaped = isUnclosed = false;
  parameterAt = cursor;
  while (cursor < end && load<u8>(cursor) != EQUALS && load<u8>(cursor) != SEMICOLON) cursor++;
  parameterLen = trimmed(parameterAt, cursor);
  if (cursor < end && load<u8>(cursor) == EQUALS) cursor++;
  while (cursor < end && isFolding(load<u8>(cursor))) cursor++;
  if (cursor < end && load<u8>(cursor) == QUOTE) readQuoted();
  else readToken();
  return true;
}

function readToken(): void {
  parameterValueAt = cursor;
  while (cursor < end && load<u8>(cursor) != SEMICOLON) cursor++;
  parameterValueLen = trimmed(parameterValueAt, cursor);
}

/** What stands between the second quote and the next semicolon means nothing. */
function readQuoted(): void {
  parameterValueAt = ++cursor;
  while (cursor < end && load<u8>(cursor) != QUOTE) {
    if (load<u8>(cursor) == BACKSLASH) {
      isEscaped = true;
      cursor++;
    }
    cursor++;
  }
  isUnclosed = cursor >= end;
  if (isUnclosed) cursor = end;
  parameterValueLen = <u32>(cursor - parameterValueAt);
  while (cursor < end && load<u8>(cursor) != SEMICOLON) cursor++;
}

/** Length of [at, to) without white space at its end. */
function trimmed(at: usize, to: usize): u32 {
  let stop = to;
  while (stop > at && isFolding(load<u8>(stop - 1))) stop--;
  return <u32>(stop - at);
}
