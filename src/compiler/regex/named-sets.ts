import { type ByteSet, complement, rangeSet, union } from './byte-set.ts';

const DIGIT = rangeSet([0x30, 0x39]);
const UPPER = rangeSet([0x41, 0x5a]);
const LOWER = rangeSet([0x61, 0x7a]);
const ALPHA = union(UPPER, LOWER);
const ALNUM = union(ALPHA, DIGIT);
const SPACE = rangeSet([0x09, 0x0d, 0x20, 0x20]);
const HORIZONTAL = rangeSet([0x09, 0x09, 0x20, 0x20, 0xa0, 0xa0]);
const VERTICAL = rangeSet([0x0a, 0x0d, 0x85, 0x85]);

export const ANY = rangeSet([0x00, 0xff]);
export const NOT_LINE_FEED = complement(rangeSet([0x0a, 0x0a]));
export const LINE_FEED = rangeSet([0x0a, 0x0a]);
export const WORD = union(ALNUM, rangeSet([0x5f, 0x5f]));

/** `\d` and its like, inside and outside of classes. */
export const ESCAPED_SETS: ReadonlyMap<string, ByteSet> = new Map([
  ['d', DIGIT],
  ['D', complement(DIGIT)],
  ['w', WORD],
  ['W', complement(WORD)],
  ['s', SPACE],
  ['S', complement(SPACE)],
  ['h', HORIZONTAL],
  ['H', complement(HORIZONTAL)],
  ['v', VERTICAL],
  ['V', complement(VERTICAL)],
  ['N', NOT_LINE_FEED],
]);

/** `[:alpha:]` and its like, ASCII. */
export const POSIX_SETS: ReadonlyMap<string, ByteSet> = new Map([
  ['alnum', ALNUM],
  ['alpha', ALPHA],
  ['ascii', rangeSet([0x00, 0x7f])],
  ['blank', rangeSet([0x09, 0x09, 0x20, 0x20])],
  ['cntrl', rangeSet([0x00, 0x1f, 0x7f, 0x7f])],
  ['digit', DIGIT],
  ['graph', rangeSet([0x21, 0x7e])],
  ['lower', LOWER],
  ['print', rangeSet([0x20, 0x7e])],
  ['punct', rangeSet([0x21, 0x2f, 0x3a, 0x40, 0x5b, 0x60, 0x7b, 0x7e])],
  ['space', SPACE],
  ['upper', UPPER],
  ['word', WORD],
  ['xdigit', rangeSet([0x30, 0x39, 0x41, 0x46, 0x61, 0x66])],
]);
