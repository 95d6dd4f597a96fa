/**
 * Flattens a JSON body: every scalar is a field whose name is its JSON Pointer. Strings are unescaped,
 * everything else is as it is written. An empty container is a field without text, so that its key is
 * seen; so is a key that its pointer has no room for. What stands before a fault is kept.
 */
import { KIND_BODY_JSON, MAX_BODY_DEPTH } from '../layout.gen';
import { charge, exhausted } from '../steps';
import { ERROR_DEPTH, ERROR_SYNTAX, ERROR_VALUES, noteBodyError } from './body-error';
import { addNamed, markTruncated } from './fields';
import { findByte } from './find-byte';
import {
  clearPointers,
  cutPointer,
  keepPointer,
  pointerAt,
  pointerLen,
  pointerMark,
  pushIndex,
  pushKey,
} from './json-pointer';
import {
  accept,
  arena,
  cursor,
  isAtEnd,
  peek,
  readString,
  skipScalar,
  startJson,
  stringAt,
  stringLen,
} from './json-scanner';
import { keepText, textEnd } from './text-arena';

/** One JSON text. */
export function splitJson(at: usize, length: u32): void {
  charge(length);
  clearPointers();
  const mark = isMarked(at, length) ? 3 : 0;
  readText(at + mark, length - mark);
}

/** One JSON text a line; a fault ends its line only. */
export function splitJsonLines(at: usize, length: u32): void {
  charge(2 * length);
  clearPointers();
  const end = at + length;
  let line = at + (isMarked(at, length) ? 3 : 0);
  while (line < end && !exhausted()) {
    const stop = findByte(line, end, 0x0a);
    cutPointer(0);
    if (!isEmpty(line, stop) && !readText(line, <u32>(stop - line))) return;
    line = stop + 1;
  }
}

/** A byte order mark of UTF-8, which many readers skip. */
function isMarked(at: usize, length: u32): bool {
  return length >= 3 && load<u16>(at) == 0xbbef && load<u8>(at, 2) == 0xbf;
}

function isEmpty(at: usize, end: usize): bool {
  startJson(at, <u32>(end - at), textEnd);
  return isAtEnd();
}

/** Returns false when the table of fields is full. */
function readText(at: usize, length: u32): bool {
  startJson(at, length, textEnd);
  hasRoom = true;
  const isRead = readValue(0) && isAtEnd();
  if (!isRead) noteBodyError(hasRoom ? ERROR_SYNTAX : ERROR_VALUES);
  keepText(arena);
  return hasRoom;
}

/** The table of fields has taken everything so far. */
let hasRoom: bool = true;

function readValue(depth: i32): bool {
  const first = peek();
  if (first == 0x7b) return readObject(depth);
  if (first == 0x5b) return readArray(depth);
  const start = cursor;
  if (!skipScalar(first)) return false;
  if (first == 0x22) return addValue(stringAt, stringLen);
  return addValue(start, <u32>(cursor - start));
}

function readObject(depth: i32): bool {
  if (!enter(depth, 0x7b)) return false;
  if (accept(0x7d)) return depth == 0 || addValue(cursor, 0);
  const mark = pointerMark();
  do {
    if (peek() != 0x22 || !readString() || !addKey(stringAt, stringLen)) return false;
    if (!accept(0x3a) || !readValue(depth + 1)) return false;
    cutPointer(mark);
  } while (accept(0x2c));
  return accept(0x7d);
}

function readArray(depth: i32): bool {
  if (!enter(depth, 0x5b)) return false;
  if (accept(0x5d)) return depth == 0 || addValue(cursor, 0);
  const mark = pointerMark();
  let index: u32 = 0;
  do {
    pushIndex(index++);
    if (!readValue(depth + 1)) return false;
    cutPointer(mark);
  } while (accept(0x2c));
  return accept(0x5d);
}

function enter(depth: i32, bracket: u8): bool {
  if (depth == MAX_BODY_DEPTH) {
    noteBodyError(ERROR_DEPTH);
    return false;
  }
  return accept(bracket) && !exhausted();
}

function addKey(at: usize, length: u32): bool {
  if (pushKey(at, length)) return true;
  markTruncated();
  hasRoom = addNamed(KIND_BODY_JSON, at, length, at, 0);
  return hasRoom;
}

function addValue(at: usize, length: u32): bool {
  keepPointer();
  hasRoom = addNamed(KIND_BODY_JSON, pointerAt, pointerLen, at, length);
  return hasRoom;
}
