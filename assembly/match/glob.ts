/**
 * glob: parts between stars, which stand for anything. The first part is anchored at the start; the last
 * one at the end of the whole value, where it may overlap the others (`a*a` matches `a`); the parts in
 * between follow each other. A pattern of one part equals the whole value.
 * Arguments: pattern, value span (at, length).
 * Returns: true when the value matches.
 * Example: { "target": "headers[user-agent]", "op": "glob", "value": "bad*bot" }
 */
import { equalBytes, equalFolded } from '../bytes';
import {
  PART_SIZE,
  PART_TEXT_LEN_AT,
  PART_TEXT_START_AT,
  PATTERN_FLAGS_AT,
  PATTERN_IS_FOLD,
  PATTERN_PART_START_AT,
  PATTERN_SIZE,
  SECTION_PARTS,
  SECTION_PATTERNS,
  SECTION_TEXT,
} from '../layout.gen';
import { record, table } from '../program/section';
import { charge } from '../steps';
import { indexOf } from './substring';

export function globMatches(pattern: u32, at: usize, length: u32): bool {
  const entry = record(SECTION_PATTERNS, pattern, PATTERN_SIZE);
  const fold = (load<u32>(entry, PATTERN_FLAGS_AT) & PATTERN_IS_FOLD) != 0;
  const first = load<u32>(entry, PATTERN_PART_START_AT);
  const end = load<u32>(entry + PATTERN_SIZE, PATTERN_PART_START_AT);
  if (first == end) return false;
  const last = end - 1;
  const head = partLength(first);
  const tail = partLength(last);
  if (head > length || tail > length) return false;
  if (first == last && head != length) return false;
  if (!isAt(at, first, head, fold)) return false;
  if (!isAt(at + length - tail, last, tail, fold)) return false;
  let offset = head;
  for (let part = first + 1; part < last; part++) {
    const size = partLength(part);
    const found = indexOf(at, length, partText(part), size, offset, fold);
    if (found < 0) return false;
    offset = <u32>found + size;
  }
  return true;
}

function isAt(at: usize, part: u32, size: u32, fold: bool): bool {
  charge(1 + size);
  return fold ? equalFolded(at, partText(part), size) : equalBytes(at, partText(part), size);
}

export function partLength(part: u32): u32 {
  return load<u32>(record(SECTION_PARTS, part, PART_SIZE), PART_TEXT_LEN_AT);
}

export function partText(part: u32): usize {
  return (
    table(SECTION_TEXT) + load<u32>(record(SECTION_PARTS, part, PART_SIZE), PART_TEXT_START_AT)
  );
}
