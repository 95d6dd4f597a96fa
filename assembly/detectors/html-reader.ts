/** Reads a value as HTML and stops where it would run script. */
import { isPrefixWord } from '../bytes';
import { isEventLike, nameKinds, readName } from './html-name';
import {
  NAME_IS_DANGER,
  NAME_IS_EVENT,
  NAME_IS_HARMLESS,
  NAME_IS_STYLE,
  NAME_IS_TAG,
  NAME_IS_TAG_WITH_ATTRIBUTES,
  NAME_IS_URL,
} from './html-tables.gen';
import { runsAsCss } from './running-css';
import { runsAsUrl } from './running-url';

/** What comes next. */
const DATA = 0;
const MARKUP = 1;
const ATTRIBUTES = 2;
const NOTHING = 3;
const SCRIPT = 4;

let at: usize = 0;
let end: usize = 0;
let isInTag = false;

/** The value is text of a page. */
export function runsAsText(from: usize, to: usize): bool {
  return runs(from, to, DATA);
}

/** The value continues a tag whose beginning is not part of it. */
export function runsAsAttributes(from: usize, to: usize): bool {
  return runs(from, to, ATTRIBUTES);
}

function runs(from: usize, to: usize, first: i32): bool {
  at = from;
  end = to;
  isInTag = false;
  let state = first;
  while (state < NOTHING) {
    if (state == DATA) state = readData();
    else state = state == MARKUP ? readMarkup() : readAttribute();
  }
  return state == SCRIPT;
}

function readData(): i32 {
  while (at < end) {
    if (load<u8>(at++) == 0x3c) return MARKUP;
  }
  return NOTHING;
}

/** What follows `<`. */
function readMarkup(): i32 {
  skipZeros();
  const length = <u32>(end - at);
  if (isPrefixWord(at, length, '!--')) return readComment();
  if (isPrefixWord(at, length, '!entity') || isPrefixWord(at, length, '![if')) return SCRIPT;
  if (isPrefixWord(at, length, '?import')) return SCRIPT;
  if (isPrefixWord(at, length, '?xml-stylesheet')) return SCRIPT;
  const isEndTag = at < end && load<u8>(at) == 0x2f;
  const start = at;
  if (isEndTag) {
    at++;
    skipZeros();
  }
  if (at < end && isLetter(load<u8>(at))) return readTag(isEndTag);
  at = start;
  return DATA;
}

function skipZeros(): void {
  while (at < end && load<u8>(at) == 0) at++;
}

function isLetter(byte: u8): bool {
  return <u32>(byte | 0x20) - 0x61 < 26;
}

/** Ends behind `-->`, whose dashes may be those of the beginning, or behind `--!>`. */
function readComment(): i32 {
  const dashes = at + 1;
  at = dashes + 2;
  skipBlanks();
  if (isPrefixWord(at, <u32>(end - at), '[if')) return SCRIPT;
  for (let i = dashes; i + 2 < end; i++) {
    if (load<u8>(i) != 0x2d || load<u8>(i, 1) != 0x2d) continue;
    const isPlain = load<u8>(i, 2) == 0x3e;
    const isMarked =
      i >= dashes + 2 && load<u8>(i, 2) == 0x21 && i + 3 < end && load<u8>(i, 3) == 0x3e;
    if (!isPlain && !isMarked) continue;
    at = i + 3;
    return DATA;
  }
  return NOTHING;
}

function readTag(isEndTag: bool): i32 {
  const from = at;
  while (at < end && !endsName(load<u8>(at)) && load<u8>(at) != 0x3c) at++;
  readName(from, at);
  const kinds = nameKinds();
  if ((kinds & NAME_IS_TAG) != 0) return SCRIPT;
  const isWaiting = !isEndTag && (kinds & NAME_IS_TAG_WITH_ATTRIBUTES) != 0;
  if (isWaiting && hasAttributes()) return SCRIPT;
  isInTag = true;
  return ATTRIBUTES;
}

/** Blank, slash, or the end of the tag; zeros are part of names. */
function endsName(byte: u8): bool {
  return (byte <= 0x20 && byte != 0) || byte == 0x2f || byte == 0x3e;
}

function hasAttributes(): bool {
  const from = at;
  skipSeparators();
  return at > from && at < end && load<u8>(at) != 0x3e;
}

function skipBlanks(): void {
  while (at < end && load<u8>(at) <= 0x20) at++;
}

/** Blanks and slashes. */
function skipSeparators(): void {
  while (at < end && (load<u8>(at) <= 0x20 || load<u8>(at) == 0x2f)) at++;
}

function readAttribute(): i32 {
  skipSeparators();
  if (at >= end) return NOTHING;
  const byte = load<u8>(at);
  if (byte == 0x3e || byte == 0x3c) {
    at++;
    return byte == 0x3e ? DATA : MARKUP;
  }
  const name = at;
  skipName();
  const nameEnd = at;
  skipBlanks();
  if (at >= end || load<u8>(at) != 0x3d) return ATTRIBUTES;
  at++;
  skipBlanks();
  return readValue(name, nameEnd) ? SCRIPT : ATTRIBUTES;
}

/** At least one byte, whatever it is. */
function skipName(): void {
  do {
    at++;
  } while (at < end && !endsName(load<u8>(at)) && load<u8>(at) != 0x3d);
}

/** Returns true when the attribute would run script. */
function readValue(name: usize, nameEnd: usize): bool {
  if (at >= end) return false;
  const quote = load<u8>(at);
  const isQuoted = quote == 0x27 || quote == 0x22 || quote == 0x60;
  if (isQuoted) at++;
  const from = at;
  for (; at < end; at++) {
    const byte = load<u8>(at);
    if (isQuoted ? byte == quote : byte <= 0x20 || byte == 0x3e) break;
  }
  const to = at;
  if (isQuoted && at < end) at++;
  if (to == from) return false;
  readName(name, nameEnd);
  return runsAsValue(from, to);
}

/** Only within a tag any name that begins with `on` is taken for an event. */
function runsAsValue(from: usize, to: usize): bool {
  const kinds = nameKinds();
  if ((kinds & (NAME_IS_EVENT | NAME_IS_DANGER)) != 0) return true;
  if (isInTag && (kinds & NAME_IS_HARMLESS) == 0 && isEventLike()) return true;
  if ((kinds & NAME_IS_URL) != 0) return runsAsUrl(from, to, true);
  return (kinds & NAME_IS_STYLE) != 0 && runsAsCss(from, to);
}
