/** Hash tables of words, as schemas/detectors/word-table.mjs writes them. */
import { foldByte } from '../bytes';

const NO_WORD: i32 = -1;

/** Entries of the bucket of the word that is looked up, from the next one on. */
let entry: usize = 0;
let entriesEnd: usize = 0;

/** Looks a word up in any case; `nextKind` tells what is found. `buckets` is a power of two. */
export function lookUp(starts: usize, entries: usize, buckets: u32, at: usize, length: u32): void {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < length; i++) sum = sum * 31 + <u32>foldByte(load<u8>(at + i));
  const bucket = starts + ((<usize>((sum ^ (sum >> 15)) & (buckets - 1))) << 1);
  entry = entries + load<u16>(bucket);
  entriesEnd = entries + load<u16>(bucket, 2);
}

/** The kind of the next entry for the word, -1 when there is no other. */
export function nextKind(at: usize, length: u32): i32 {
  while (entry < entriesEnd) {
    const size: u32 = load<u8>(entry);
    const kind: i32 = load<u8>(entry, 1);
    const text = entry + 2;
    entry = text + size;
    if (size == length && isSame(text, at, length)) return kind;
  }
  return NO_WORD;
}

/** `text` is in lower case. */
function isSame(text: usize, at: usize, length: u32): bool {
  for (let i: u32 = 0; i < length; i++) {
    if (load<u8>(text + i) != foldByte(load<u8>(at + i))) return false;
  }
  return true;
}
