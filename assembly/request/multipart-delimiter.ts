/**
 * The lines that part a multipart body: two hyphens and the boundary at the beginning of a line, two
 * more hyphens for the last one, then nothing but blanks. Lines may end with LF alone.
 */
import { isWord } from '../bytes';
import { charge } from '../steps';
import { isBlank } from './blanks';
import { ERROR_BOUNDARY, noteBodyError } from './body-error';
import { findByte } from './find-byte';
import {
  isUnclosed,
  nextParameter,
  parameterAt,
  parameterLen,
  parameterValueAt,
  parameterValueLen,
  startParameters,
} from './header-parameters';
import { contentTypeAt, contentTypeLen } from './request-headers';

const HYPHENS: u16 = 0x2d2d;
const LINE_FEED: u8 = 0x0a;
const CARRIAGE_RETURN: u8 = 0x0d;

let boundaryAt: usize = 0;
let boundaryLen: u32 = 0;

/** Where the line after the delimiter begins that was found last. */
export let delimiterEnd: usize = 0;
/** That delimiter is the last one. */
export let isLastDelimiter: bool = false;

/** Reads the boundary from the content type. Returns false when it has none that can be used. */
export function readBoundary(): bool {
  charge(2 * contentTypeLen);
  boundaryLen = 0;
  startParameters(contentTypeAt, contentTypeLen);
  while (nextParameter()) {
    if (!isWord(parameterAt, parameterLen, 'boundary')) continue;
    if (boundaryLen > 0 || isUnclosed) return false;
    boundaryAt = parameterValueAt;
    boundaryLen = parameterValueLen;
    if (boundaryLen == 0 || hasControl()) return false;
  }
  return boundaryLen > 0;
}

/** A boundary with a line end in it could be found in no line. */
function hasControl(): bool {
  for (let i: u32 = 0; i < boundaryLen; i++) {
    if (load<u8>(boundaryAt + i) < 0x20) return true;
  }
  return false;
}

/** The first delimiter at or behind `from`, which begins a line; 0 when there is none. */
export function findDelimiter(from: usize, end: usize): usize {
  let line = from;
  while (line < end) {
    if (isDelimiter(line, end)) return line;
    line = findByte(line, end, LINE_FEED) + 1;
  }
  return 0;
}

/** A line that goes on behind the boundary is none, and suspicious: others may take it for one. */
export function isDelimiter(line: usize, end: usize): bool {
  if (line + 2 + boundaryLen > end || load<u16>(line) != HYPHENS) return false;
  for (let i: u32 = 0; i < boundaryLen; i++) {
    if (load<u8>(line + 2 + i) != load<u8>(boundaryAt + i)) return false;
  }
  let p = line + 2 + boundaryLen;
  isLastDelimiter = p + 2 <= end && load<u16>(p) == HYPHENS;
  if (isLastDelimiter) p += 2;
  while (p < end && isBlank(load<u8>(p))) p++;
  if (p < end && load<u8>(p) == CARRIAGE_RETURN) p++;
  delimiterEnd = p + 1;
  if (p >= end || load<u8>(p) == LINE_FEED) return true;
  noteBodyError(ERROR_BOUNDARY);
  return false;
}

/** Where the text ends that is followed by the line at `next`: before its line end. */
export function textEndBefore(next: usize, start: usize): usize {
  let p = next;
  if (p > start && load<u8>(p - 1) == LINE_FEED) p--;
  if (p > start && p < next && load<u8>(p - 1) == CARRIAGE_RETURN) p--;
  return p;
}
