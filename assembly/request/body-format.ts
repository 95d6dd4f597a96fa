/**
 * What the first Content-Type header says that the body is. Parameters do not count, nor does case; the
 * end of the type decides where families share it (`application/problem+json`).
 */
import { isPrefixWord } from '../bytes';
import { isBlank } from './blanks';
import { contentTypeAt, contentTypeLen } from './request-headers';

export const FORMAT_NONE: i32 = 0;
export const FORMAT_FORM: i32 = 1;
export const FORMAT_MULTIPART: i32 = 2;
export const FORMAT_JSON: i32 = 3;
/** JSON texts, one a line. */
export const FORMAT_JSON_LINES: i32 = 4;
export const FORMAT_XML: i32 = 5;

export function bodyFormat(): i32 {
  if (contentTypeAt == 0) return FORMAT_NONE;
  let at = contentTypeAt;
  const end = at + contentTypeLen;
  while (at < end && isBlank(load<u8>(at))) at++;
  const length = <u32>(end - at);
  if (isPrefixWord(at, length, 'application/x-www-form-urlencoded')) return FORMAT_FORM;
  if (isPrefixWord(at, length, 'multipart/')) return FORMAT_MULTIPART;
  const stop = typeEnd(at, end);
  if (endsWith(at, stop, '/x-ndjson') || endsWith(at, stop, '/ndjson')) return FORMAT_JSON_LINES;
  if (endsWith(at, stop, '/json') || endsWith(at, stop, '+json')) return FORMAT_JSON;
  if (endsWith(at, stop, '/xml') || endsWith(at, stop, '+xml')) return FORMAT_XML;
  return FORMAT_NONE;
}

/** Where the media type ends and its parameters, or a second type, begin. */
function typeEnd(at: usize, end: usize): usize {
  let p = at;
  for (; p < end; p++) {
    const byte = load<u8>(p);
    if (byte == 0x3b || byte == 0x2c || isBlank(byte)) break;
  }
  return p;
}

function endsWith(at: usize, end: usize, word: string): bool {
  const letters = <u32>word.length;
  return <u32>(end - at) >= letters && isPrefixWord(end - letters, letters, word);
}
