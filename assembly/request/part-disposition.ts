/**
 * What the Content-Disposition header of a part says: the name of the form field, and the name of the
 * file, which may come in two spellings. `filename*` is percent-decoded; in quotes `\"` stands for a
 * quote, other backslashes for themselves.
 */
import { isWord } from '../bytes';
import { charge } from '../steps';
import { ERROR_SYNTAX, noteBodyError } from './body-error';
import { decodePercent } from './decode-percent';
import { findByte } from './find-byte';
import {
  isEscaped,
  isUnclosed,
  nextParameter,
  parameterAt,
  parameterLen,
  parameterValueAt,
  parameterValueLen,
  startParameters,
} from './header-parameters';
import { keepText, textEnd } from './text-arena';

const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;
const APOSTROPHE: u8 = 0x27;

let isRead: bool = false;
/** Form field; empty when the part has no name. */
export let partNameAt: usize = 0;
export let partNameLen: u32 = 0;
/** `filename`; its address is 0 when there is none. */
export let fileNameAt: usize = 0;
export let fileNameLen: u32 = 0;
/** `filename*`, likewise. */
export let longFileNameAt: usize = 0;
export let longFileNameLen: u32 = 0;

export function clearDisposition(): void {
  isRead = false;
  partNameAt = fileNameAt = longFileNameAt = 0;
  partNameLen = fileNameLen = longFileNameLen = 0;
}

/** The first header of a part counts, and in it the first parameter of a name; more are a fault. */
export function readDisposition(at: usize, length: u32): void {
  if (isRead) {
    noteBodyError(ERROR_SYNTAX);
    return;
  }
  isRead = true;
  charge(2 * length);
  startParameters(at, length);
  while (nextParameter()) {
    if (isUnclosed) noteBodyError(ERROR_SYNTAX);
    if (isWord(parameterAt, parameterLen, 'name')) readName();
    else if (isWord(parameterAt, parameterLen, 'filename')) readFileName();
    else if (isWord(parameterAt, parameterLen, 'filename*')) readLongFileName();
  }
}

function readName(): void {
  if (isRepeated(partNameAt)) return;
  partNameAt = unescaped();
  partNameLen = unescapedLen;
}

function readFileName(): void {
  if (isRepeated(fileNameAt)) return;
  fileNameAt = unescaped();
  fileNameLen = unescapedLen;
}

/** `charset'language'text`; without two apostrophes all of it is the text. */
function readLongFileName(): void {
  if (isRepeated(longFileNameAt)) return;
  const end = parameterValueAt + parameterValueLen;
  let start = parameterValueAt;
  const first = findByte(start, end, APOSTROPHE);
  const second = first < end ? findByte(first + 1, end, APOSTROPHE) : end;
  if (second < end) start = second + 1;
  longFileNameAt = textEnd;
  decodePercent(start, end, false);
  longFileNameLen = <u32>(textEnd - longFileNameAt);
}

function isRepeated(earlier: usize): bool {
  if (earlier != 0) noteBodyError(ERROR_SYNTAX);
  return earlier != 0;
}

let unescapedLen: u32 = 0;

/** The parameter's value without the backslashes before quotes. Returns where it is. */
function unescaped(): usize {
  unescapedLen = parameterValueLen;
  if (!isEscaped) return parameterValueAt;
  const start = textEnd;
  const end = parameterValueAt + parameterValueLen;
  let out = start;
  for (let p = parameterValueAt; p < end; p++) {
    let byte = load<u8>(p);
    if (byte == BACKSLASH && p + 1 < end) {
      const next = load<u8>(++p);
      if (next != QUOTE) store<u8>(out++, BACKSLASH);
      byte = next;
    }
    store<u8>(out++, byte);
  }
  keepText(out);
  unescapedLen = <u32>(out - start);
  return start;
}
