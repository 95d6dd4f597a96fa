/**
 * Why a body could not be read as what its content type says; the target `body.error`. The first reason
 * counts.
 */
import { KIND_BODY_ERROR } from '../layout.gen';
import { addLast } from './fields';

/** The body breaks the grammar of its format, or ends too early. */
export const ERROR_SYNTAX: u32 = 1;
/** More nesting than `max_body_depth`. */
export const ERROR_DEPTH: u32 = 2;
/** More values than a request may have. */
export const ERROR_VALUES: u32 = 3;
/** A multipart boundary that is missing, twice there or ambiguous. */
export const ERROR_BOUNDARY: u32 = 4;
/** A document type declaration, which is never read. */
export const ERROR_DTD: u32 = 5;
/** Text that is not made of bytes of ASCII and more, such as UTF-16. */
export const ERROR_ENCODING: u32 = 6;

const ROW: usize = 8;
/** syntax, depth, values, boundary, dtd, encoding; eight bytes each, filled up with zeros. */
const WORDS = memory.data<u8>([
  0x73, 0x79, 0x6e, 0x74, 0x61, 0x78, 0, 0, 0x64, 0x65, 0x70, 0x74, 0x68, 0, 0, 0, 0x76, 0x61, 0x6c,
  0x75, 0x65, 0x73, 0, 0, 0x62, 0x6f, 0x75, 0x6e, 0x64, 0x61, 0x72, 0x79, 0x64, 0x74, 0x64, 0, 0, 0,
  0, 0, 0x65, 0x6e, 0x63, 0x6f, 0x64, 0x69, 0x6e, 0x67,
]);

let reason: u32 = 0;

export function clearBodyError(): void {
  reason = 0;
}

export function noteBodyError(why: u32): void {
  if (reason == 0) reason = why;
}

export function addBodyError(): void {
  if (reason == 0) return;
  const word = WORDS + <usize>(reason - 1) * ROW;
  let length: u32 = 0;
  while (length < <u32>ROW && load<u8>(word + length) != 0) length++;
  addLast(KIND_BODY_ERROR, word, length);
}
