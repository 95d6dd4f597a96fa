/** What is made of the request line: its parts put together, and the pieces of the path. */
import {
  ARENA_LINE_TEXT,
  KIND_PATH_BASENAME,
  KIND_PATH_SEGMENTS,
  KIND_REQUEST_LINE,
} from '../layout.gen';
import { charge } from '../steps';
import { addPlain } from './fields';
import { methodAt, methodLen, uriAt, uriLen, versionAt, versionLen } from './raw-request';

const SLASH: u8 = 0x2f;

/** `GET /a?b HTTP/1.1`: the parts that are there, one space between them. */
export function addRequestLine(): void {
  const start = ARENA_LINE_TEXT;
  let out = appendPart(start, methodAt, methodLen);
  out = appendPart(out, uriAt, uriLen);
  out = appendPart(out, versionAt, versionLen);
  const length = <u32>(out - start);
  charge(length);
  if (length > 0) addPlain(KIND_REQUEST_LINE, start, length);
}

function appendPart(to: usize, at: usize, length: u32): usize {
  if (length == 0) return to;
  let out = to;
  if (out != ARENA_LINE_TEXT) store<u8>(out++, 0x20);
  memory.copy(out, at, length);
  return out + length;
}

/** What follows the last slash of a path; nothing when the path ends with it. */
export function addBasename(at: usize, length: u32): void {
  const end = at + length;
  let start = end;
  while (start > at && load<u8>(start - 1) != SLASH) start--;
  charge(<u32>(end - start));
  if (start < end) addPlain(KIND_PATH_BASENAME, start, <u32>(end - start));
}

/** The pieces between slashes, as they are; empty ones are no fields. */
export function splitSegments(at: usize, length: u32): void {
  charge(length);
  const end = at + length;
  let start = at;
  for (let p = at; p <= end; p++) {
    if (p < end && load<u8>(p) != SLASH) continue;
    if (p > start && !addPlain(KIND_PATH_SEGMENTS, start, <u32>(p - start))) return;
    start = p + 1;
  }
}
