/** Reads the attributes of a start tag; where the grammar is broken it goes on as well as it can. */
import { isSpace } from '../bytes';
import { KIND_BODY_XML_ATTRIBUTES } from '../layout.gen';
import { ERROR_SYNTAX, ERROR_VALUES, noteBodyError } from './body-error';
import { decodeEntities } from './decode-entities';
import { addNamed } from './fields';
import { findByte } from './find-byte';
import { textEnd } from './text-arena';

const SLASH: u8 = 0x2f;
const EQUALS: u8 = 0x3d;
const GREATER: u8 = 0x3e;
const AMPERSAND: u8 = 0x26;

let cursor: usize = 0;
let end: usize = 0;

let isUsed: bool = false;

/** Says whether a rule looks at attributes; if not, they are read and dropped. */
export function setAttributesUsed(used: bool): void {
  isUsed = used;
}

/** The tag that was read last has no end tag. */
export let isSelfClosing: bool = false;

/** Reads the tag whose name begins at `at`. Returns where it ends, 0 when the table of fields is full. */
export function readStartTag(at: usize, bodyEnd: usize): usize {
  cursor = at;
  end = bodyEnd;
  isSelfClosing = false;
  while (cursor < end && !endsName(load<u8>(cursor))) cursor++;
  while (skipSpace()) {
    const byte = load<u8>(cursor);
    if (byte == GREATER) return cursor + 1;
    if (byte != SLASH) {
      if (!readAttribute()) {
        noteBodyError(ERROR_VALUES);
        return 0;
      }
    } else if (cursor + 1 < end && load<u8>(cursor + 1) == GREATER) {
      isSelfClosing = true;
      return cursor + 2;
    } else {
      noteBodyError(ERROR_SYNTAX);
      cursor++;
    }
  }
  noteBodyError(ERROR_SYNTAX);
  return end;
}

/** Returns false at the end of the body. */
function skipSpace(): bool {
  while (cursor < end && isSpace(load<u8>(cursor))) cursor++;
  return cursor < end;
}

function endsName(byte: u8): bool {
  return byte == GREATER || byte == SLASH || isSpace(byte);
}

/** `a="b"`, `a='b'`; an attribute without a value, or without quotes, is a fault. */
function readAttribute(): bool {
  const name = cursor;
  while (cursor < end && load<u8>(cursor) != EQUALS && !endsName(load<u8>(cursor))) cursor++;
  const nameLen = <u32>(cursor - name);
  skipSpace();
  if (cursor == end || load<u8>(cursor) != EQUALS) {
    noteBodyError(ERROR_SYNTAX);
    return addAttribute(name, nameLen, cursor, cursor);
  }
  cursor++;
  skipSpace();
  const quote: u8 = cursor < end ? load<u8>(cursor) : 0;
  if (quote != 0x22 && quote != 0x27) return readBareValue(name, nameLen);
  const value = cursor + 1;
  const stop = findByte(value, end, quote);
  cursor = stop + 1;
  if (stop == end) {
    noteBodyError(ERROR_SYNTAX);
    cursor = end;
  }
  return addAttribute(name, nameLen, value, stop);
}

function readBareValue(name: usize, nameLen: u32): bool {
  noteBodyError(ERROR_SYNTAX);
  const value = cursor;
  while (cursor < end && load<u8>(cursor) != GREATER && !isSpace(load<u8>(cursor))) cursor++;
  return addAttribute(name, nameLen, value, cursor);
}

function addAttribute(name: usize, nameLen: u32, value: usize, stop: usize): bool {
  if (!isUsed) return true;
  const isPlain = findByte(value, stop, AMPERSAND) == stop;
  const start = isPlain ? value : textEnd;
  if (!isPlain) decodeEntities(value, stop);
  const to = isPlain ? stop : textEnd;
  return addNamed(KIND_BODY_XML_ATTRIBUTES, name, nameLen, start, <u32>(to - start));
}
