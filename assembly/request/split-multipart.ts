/**
 * Splits a multipart body: text parts become form fields, parts with a file name become files, header
 * lines become fields of their own. The content of a file is no value: `body.raw` has it. A preamble is
 * skipped; a missing last delimiter, headers without an end and text behind the end are faults, and
 * everything found is kept.
 */
import { isSpace, isWord } from '../bytes';
import {
  KIND_ARGS_COMBINED_SIZE,
  KIND_BODY_FORM,
  KIND_BODY_FORM_NAMES,
  KIND_FILES,
  KIND_FILES_NAMES,
  KIND_PART_HEADERS,
  KIND_PART_HEADERS_NAMES,
} from '../layout.gen';
import { programUses } from '../program/header';
import { charge, exhausted } from '../steps';
import { isBlank, isFolding } from './blanks';
import { ERROR_BOUNDARY, ERROR_SYNTAX, ERROR_VALUES, noteBodyError } from './body-error';
import { addFileBytes } from './combined-sizes';
import { addNamed } from './fields';
import { findByte } from './find-byte';
import {
  delimiterEnd,
  findDelimiter,
  isDelimiter,
  isLastDelimiter,
  readBoundary,
  textEndBefore,
} from './multipart-delimiter';
import {
  clearDisposition,
  fileNameAt,
  fileNameLen,
  longFileNameAt,
  longFileNameLen,
  partNameAt,
  partNameLen,
  readDisposition,
} from './part-disposition';

const LINE_FEED: u8 = 0x0a;
const COLON: u8 = 0x3a;

let bodyEnd: usize = 0;
/** Which of the three sorts of fields a rule looks at. */
let usesForm: bool = false;
let usesFiles: bool = false;
let usesHeaders: bool = false;
/** Where the next part begins; 0 when there is none. */
let nextPart: usize = 0;
/** Where the content of the part begins whose headers were read. */
let contentAt: usize = 0;

/** The body is read twice at most: for its lines, and for what the lines say. */
export function splitMultipart(at: usize, length: u32): void {
  charge(2 * length);
  if (!readBoundary()) {
    noteBodyError(ERROR_BOUNDARY);
    return;
  }
  bodyEnd = at + length;
  usesForm =
    programUses(KIND_BODY_FORM) ||
    programUses(KIND_BODY_FORM_NAMES) ||
    programUses(KIND_ARGS_COMBINED_SIZE);
  usesFiles = programUses(KIND_FILES) || programUses(KIND_FILES_NAMES);
  usesHeaders = programUses(KIND_PART_HEADERS) || programUses(KIND_PART_HEADERS_NAMES);
  moveTo(findDelimiter(at, bodyEnd));
  while (nextPart != 0 && !exhausted()) {
    if (!readPart(nextPart)) {
      noteBodyError(ERROR_VALUES);
      return;
    }
  }
}

/** Goes on behind the delimiter at `line`; 0: there is none, and the body ends too early. */
function moveTo(line: usize): void {
  nextPart = 0;
  if (line != 0 && isLastDelimiter) checkEpilogue(delimiterEnd);
  else if (line != 0 && delimiterEnd < bodyEnd) nextPart = delimiterEnd;
  else noteBodyError(ERROR_SYNTAX);
}

function checkEpilogue(at: usize): void {
  for (let p = at; p < bodyEnd; p++) {
    if (!isSpace(load<u8>(p))) {
      noteBodyError(ERROR_SYNTAX);
      return;
    }
  }
}

/** Returns false when the table of fields is full. */
function readPart(at: usize): bool {
  clearDisposition();
  if (!readPartHeaders(at)) return false;
  if (contentAt == 0) return addPart(at, at);
  const delimiter = findDelimiter(contentAt, bodyEnd);
  const contentEnd = delimiter == 0 ? bodyEnd : textEndBefore(delimiter, contentAt);
  moveTo(delimiter);
  return addPart(contentAt, contentEnd);
}

/** Reads header lines up to the empty one. Returns false when the table of fields is full. */
function readPartHeaders(at: usize): bool {
  contentAt = 0;
  let line = at;
  while (line < bodyEnd && !isDelimiter(line, bodyEnd)) {
    let stop = findByte(line, bodyEnd, LINE_FEED);
    const end = textEndBefore(min(stop + 1, bodyEnd), line);
    if (end == line) {
      contentAt = min(stop + 1, bodyEnd);
      return true;
    }
    while (stop + 1 < bodyEnd && isBlank(load<u8>(stop + 1))) {
      stop = findByte(stop + 1, bodyEnd, LINE_FEED);
    }
    if (!readPartHeader(line, stop)) return false;
    line = stop + 1;
  }
  noteBodyError(ERROR_SYNTAX);
  if (line < bodyEnd) moveTo(line);
  else nextPart = 0;
  return true;
}

/** A line without a colon is a name with an empty value. */
function readPartHeader(at: usize, end: usize): bool {
  let value = findByte(at, end, COLON);
  let nameEnd = value;
  if (value == end) noteBodyError(ERROR_SYNTAX);
  else value++;
  while (nameEnd > at && isFolding(load<u8>(nameEnd - 1))) nameEnd--;
  while (value < end && isFolding(load<u8>(value))) value++;
  let stop = end;
  while (stop > value && isFolding(load<u8>(stop - 1))) stop--;
  const nameLen = <u32>(nameEnd - at);
  const valueLen = <u32>(stop - value);
  if (isWord(at, nameLen, 'content-disposition')) readDisposition(value, valueLen);
  return !usesHeaders || addNamed(KIND_PART_HEADERS, at, nameLen, value, valueLen);
}

/** A part whose only file name is `filename*` is a form field for readers that do not know it. */
function addPart(content: usize, end: usize): bool {
  if (fileNameAt != 0 || longFileNameAt != 0) addFileBytes(<u32>(end - content));
  if (fileNameAt != 0 && !addFile(fileNameAt, fileNameLen)) return false;
  if (longFileNameAt != 0 && !addFile(longFileNameAt, longFileNameLen)) return false;
  if (fileNameAt != 0 || !usesForm) return true;
  return addNamed(KIND_BODY_FORM, partNameAt, partNameLen, content, <u32>(end - content));
}

function addFile(at: usize, length: u32): bool {
  return !usesFiles || addNamed(KIND_FILES, partNameAt, partNameLen, at, length);
}
