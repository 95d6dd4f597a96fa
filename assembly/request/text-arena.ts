/**
 * Room for text that is not in the record as rules see it: decoded and unescaped pieces, one after
 * another. Decoding never makes text longer and no byte of a record is decoded twice, so one record's
 * worth of room is enough.
 */
import { ARENA_DECODED_TEXT } from '../layout.gen';

/** Where the next piece goes. */
export let textEnd: usize = ARENA_DECODED_TEXT;

export function clearText(): void {
  textEnd = ARENA_DECODED_TEXT;
}

/** Keeps what was written from `textEnd` up to `end`. */
export function keepText(end: usize): void {
  textEnd = end;
}
