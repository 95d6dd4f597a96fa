/** The two checks that all tables share: spans of text, and columns that divide another table. */
import { SECTION_TEXT } from '../layout.gen';
import { count, table } from './section';

/** True when `length` bytes at `start` lie inside the text section. */
export function isText(start: u32, length: u32): bool {
  return <u64>start + <u64>length <= <u64>count(SECTION_TEXT);
}

/**
 * True when the column at offset `field` of a section with a closing record never falls and ends at
 * `limit` or before: then [record i, record i + 1) is a valid range of the other table.
 */
export function isPartition(section: u32, size: usize, field: usize, limit: u32): bool {
  let at = table(section) + field;
  let previous: u32 = 0;
  for (let i: u32 = 0, n = count(section); i <= n; i++, at += size) {
    const start = load<u32>(at);
    if (start < previous || start > limit) return false;
    previous = start;
  }
  return true;
}

/** True when every number of a section is below `limit`. */
export function isBelow(section: u32, limit: u32): bool {
  let at = table(section);
  for (let i: u32 = 0, n = count(section); i < n; i++, at += 4) {
    if (load<u32>(at) >= limit) return false;
  }
  return true;
}
