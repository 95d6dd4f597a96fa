/** Names of tags and attributes: lower case, without prefix, without the zeros that old browsers ignore. */
import { foldByte } from '../bytes';
import { WORD_BUCKETS, WORD_ENTRIES, WORD_STARTS } from './html-tables.gen';
import { lookUp, nextKind } from './word-table';

const ROOM: u32 = 64;
/** `on` and some letters. */
const SHORTEST_EVENT: u32 = 5;
const LONGEST_EVENT: u32 = 42;

const text = memory.data(64);
/** More than ROOM when the name is too long to be known. */
let size: u32 = 0;

export function readName(from: usize, to: usize): void {
  size = 0;
  for (let at = from; at < to; at++) {
    const byte = load<u8>(at);
    if (byte == 0x3a) size = 0;
    else if (byte != 0) add(byte);
  }
}

function add(byte: u8): void {
  if (size < ROOM) store<u8>(text + size, foldByte(byte));
  size++;
}

/** The lists that the name is in, as NAME_IS bits. */
export function nameKinds(): u32 {
  if (size > ROOM) return 0;
  lookUp(WORD_STARTS, WORD_ENTRIES, WORD_BUCKETS, text, size);
  return <u32>max(nextKind(text, size), 0);
}

/** `on` and at least three letters. */
export function isEventLike(): bool {
  if (size < SHORTEST_EVENT || size > LONGEST_EVENT) return false;
  if (load<u8>(text) != 0x6f || load<u8>(text, 1) != 0x6e) return false;
  for (let i: u32 = 2; i < size; i++) {
    if (<u32>load<u8>(text + i) - 0x61 >= 26) return false;
  }
  return true;
}
