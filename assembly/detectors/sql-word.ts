/** What a word is to SQL: a keyword, a function, or a name. */
import { isPrefixWord } from '../bytes';
import { blankAt } from './sql-bytes';
import {
  LONGEST_WORD,
  TOKEN_NAME,
  TOKEN_STORED_PROCEDURE,
  WORD_BUCKETS,
  WORD_ENTRIES,
  WORD_IS_ADJACENT,
  WORD_IS_CALLED,
  WORD_STARTS,
} from './sql-tables.gen';
import { lookUp, nextKind } from './word-table';

const KIND_BITS = WORD_IS_CALLED - 1;
const NO_TOKEN: u32 = u32.MAX_VALUE;

/** The token that the word [at, wordEnd) is; what follows up to `end` tells functions from names. */
export function wordToken(at: usize, wordEnd: usize, end: usize): u32 {
  const whole = find(at, <u32>(wordEnd - at), wordEnd, end, false);
  if (whole != NO_TOKEN) return whole;
  const part = lastPart(at, wordEnd);
  const length = <u32>(wordEnd - part);
  if (part != at) {
    const called = find(part, length, wordEnd, end, true);
    if (called != NO_TOKEN) return called;
  }
  const isProcedure = isPrefixWord(part, length, 'xp_') || isPrefixWord(part, length, 'sp_');
  return isProcedure ? TOKEN_STORED_PROCEDURE : TOKEN_NAME;
}

function find(at: usize, length: u32, wordEnd: usize, end: usize, calledOnly: bool): u32 {
  if (length > LONGEST_WORD) return NO_TOKEN;
  lookUp(WORD_STARTS, WORD_ENTRIES, WORD_BUCKETS, at, length);
  for (let kind = nextKind(at, length); kind >= 0; kind = nextKind(at, length)) {
    const called = (<u32>kind & WORD_IS_CALLED) != 0;
    const adjacent = (<u32>kind & WORD_IS_ADJACENT) != 0;
    if (called ? isCalled(wordEnd, end, adjacent) : !calledOnly) return <u32>kind & KIND_BITS;
  }
  return NO_TOKEN;
}

/** Behind the last dot of a name with dots. */
function lastPart(at: usize, wordEnd: usize): usize {
  let part = wordEnd;
  while (part > at && load<u8>(part - 1) != 0x2e) part--;
  return part;
}

/** A parenthesis comes next; unless it has to be adjacent, blanks and comments may precede it. */
function isCalled(from: usize, end: usize, adjacent: bool): bool {
  let at = from;
  while (at < end) {
    const byte = load<u8>(at);
    if (byte == 0x28) return true;
    if (adjacent) return false;
    const blank = blankAt(at, end);
    if (blank != 0) at += blank;
    else if (byte == 0x2f && at + 1 < end && load<u8>(at, 1) == 0x2a) at = commentEnd(at, end);
    else return false;
  }
  return false;
}

/** Behind the comment that begins at `at`; `end` when nothing ends it. */
export function commentEnd(at: usize, end: usize): usize {
  for (let i = at + 2; i + 1 < end; i++) {
    if (load<u8>(i) == 0x2a && load<u8>(i, 1) == 0x2f) return i + 2;
  }
  return end;
}
