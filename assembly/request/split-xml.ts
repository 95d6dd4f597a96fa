/**
 * Takes the text nodes and the attributes out of an XML body. Comments and processing instructions are
 * skipped; a document type is skipped too, never read, and reported. Tags are counted, not compared.
 */
import { isSpace } from '../bytes';
import {
  KIND_BODY_XML_ATTRIBUTES,
  KIND_BODY_XML_ATTRIBUTES_NAMES,
  KIND_BODY_XML_TEXT,
  MAX_BODY_DEPTH,
} from '../layout.gen';
import { programUses } from '../program/header';
import { charge, exhausted } from '../steps';
import {
  ERROR_DEPTH,
  ERROR_DTD,
  ERROR_ENCODING,
  ERROR_SYNTAX,
  ERROR_VALUES,
  noteBodyError,
} from './body-error';
import { decodeEntities } from './decode-entities';
import { addPlain } from './fields';
import { findByte } from './find-byte';
import { textEnd } from './text-arena';
import { isSelfClosing, readStartTag, setAttributesUsed } from './xml-tag';

const LESS: u8 = 0x3c;
const GREATER: u8 = 0x3e;

let bodyEnd: usize = 0;
let depth: i32 = 0;
let usesText: bool = false;

/** Text is read twice: to find its end, and to see whether it is more than white space. */
export function splitXml(at: usize, length: u32): void {
  charge(2 * length);
  if (isWide(at, length)) {
    noteBodyError(ERROR_ENCODING);
    return;
  }
  bodyEnd = at + length;
  depth = 0;
  usesText = programUses(KIND_BODY_XML_TEXT);
  setAttributesUsed(
    programUses(KIND_BODY_XML_ATTRIBUTES) || programUses(KIND_BODY_XML_ATTRIBUTES_NAMES),
  );
  let p = at;
  while (p < bodyEnd && !exhausted()) {
    p = load<u8>(p) == LESS ? readMarkup(p) : readText(p, p);
    if (p == 0) return;
  }
  if (depth != 0) noteBodyError(ERROR_SYNTAX);
}

/** UTF-16 or UTF-32, which begin with a mark or have zeros among the first two bytes. */
function isWide(at: usize, length: u32): bool {
  if (length < 2) return false;
  const mark = load<u16>(at);
  return mark == 0xfeff || mark == 0xfffe || (mark & 0xff) == 0 || mark >> 8 == 0;
}

/** Text from `start` to the first `<` at or behind `from`. Returns where to go on, 0 to stop. */
function readText(start: usize, from: usize): usize {
  const stop = findByte(from, bodyEnd, LESS);
  let p = start;
  while (p < stop && isSpace(load<u8>(p))) p++;
  if (p == stop || !usesText) return stop;
  if (findByte(p, stop, 0x26) == stop) return added(start, stop, stop);
  const decoded = textEnd;
  decodeEntities(start, stop);
  return added(decoded, textEnd, stop);
}

/** Adds a text node and returns `next`, or 0 when the table of fields is full. */
function added(from: usize, to: usize, next: usize): usize {
  if (addPlain(KIND_BODY_XML_TEXT, from, <u32>(to - from))) return next;
  noteBodyError(ERROR_VALUES);
  return 0;
}

/** Reads what begins with `<` at `p`. Returns where to go on, 0 to stop. */
function readMarkup(p: usize): usize {
  const first: u32 = p + 1 < bodyEnd ? load<u8>(p + 1) : 0;
  if (first == 0x2f) return readEndTag(p);
  if (first == 0x3f) return skipTo(p + 2, 0x3e3f, 2);
  if (first == 0x21) return readDeclaration(p);
  if (first < 0x80 && (first | 0x20) - 0x61 >= 26 && first != 0x5f && first != 0x3a) {
    noteBodyError(ERROR_SYNTAX);
    return readText(p, p + 1);
  }
  const next = readStartTag(p + 1, bodyEnd);
  if (next == 0 || isSelfClosing) return next;
  if (++depth <= <i32>MAX_BODY_DEPTH) return next;
  noteBodyError(ERROR_DEPTH);
  return 0;
}

function readEndTag(p: usize): usize {
  if (--depth < 0) {
    depth = 0;
    noteBodyError(ERROR_SYNTAX);
  }
  return skipTo(p + 2, GREATER, 1);
}

/** Comments, CDATA sections, and everything else that begins with `<!`. */
function readDeclaration(p: usize): usize {
  if (p + 4 <= bodyEnd && load<u16>(p + 2) == 0x2d2d) return skipTo(p + 4, 0x3e_2d2d, 3);
  // "[CDATA[" as words of memory, one byte shared.
  const isCdata =
    p + 9 <= bodyEnd && load<u32>(p + 2) == 0x4144_435b && load<u32>(p + 5) == 0x5b41_5441;
  if (!isCdata) {
    noteBodyError(ERROR_DTD);
    return skipDocumentType(p + 2);
  }
  const start = p + 9;
  const next = skipTo(start, 0x3e_5d5d, 3);
  const stop = isFound ? next - 3 : bodyEnd;
  return start == stop || !usesText ? next : added(start, stop, next);
}

/**
 * Up to `>`, or when there is an internal subset to the first `]>` behind it: never further than a real
 * reader would skip.
 */
function skipDocumentType(from: usize): usize {
  let p = from;
  let quote: u8 = 0;
  for (; p < bodyEnd; p++) {
    const byte = load<u8>(p);
    if (quote != 0) {
      if (byte == quote) quote = 0;
    } else if (byte == 0x22 || byte == 0x27) {
      quote = byte;
    } else if (byte == GREATER) {
      return p + 1;
    } else if (byte == 0x5b) {
      return skipSubset(p + 1);
    }
  }
  return bodyEnd;
}

function skipSubset(from: usize): usize {
  let p = from;
  while (p < bodyEnd) {
    p = findByte(p, bodyEnd, 0x5d) + 1;
    while (p < bodyEnd && isSpace(load<u8>(p))) p++;
    if (p < bodyEnd && load<u8>(p) == GREATER) return p + 1;
  }
  return bodyEnd;
}

let isFound: bool = false;

/** Behind the next `length` bytes that are `mark`; the end of the body, and a fault, without them. */
function skipTo(from: usize, mark: u32, length: u32): usize {
  const first = <u8>mark;
  const last = <u32>0xffff_ffff >> (32 - 8 * length);
  let p = from;
  isFound = true;
  while (true) {
    p = findByte(p, bodyEnd, first);
    if (p + length > bodyEnd) break;
    if ((load<u32>(p) & last) == mark) return p + length;
    p++;
  }
  isFound = false;
  noteBodyError(ERROR_SYNTAX);
  return bodyEnd;
}
