/** The checks that all tables share: spans of text, columns that divide another table, indexes. */
import { LOAD_OK, SECTION_TEXT } from '../layout.gen';
import { runEnd, runStart } from './check-run';
import { count, table } from './section';

/** True when `length` bytes at `start` lie inside the text section. */
export function isText(start: u32, length: u32): bool {
  return <u64>start + <u64>length <= <u64>count(SECTION_TEXT);
}

/**
 * A stage. The column at offset `field` of a section with a closing record must never fall and end at
 * `limit` or before: then [record i, record i + 1) is a valid range of the other table. `fault` is
 * the answer when it does not.
 */
export function checkPartition(
  section: u32,
  size: usize,
  field: usize,
  limit: u32,
  fault: i32,
): i32 {
  const start = runStart();
  const end = runEnd(count(section) + 1);
  let at = table(section) + <usize>start * size + field;
  let previous: u32 = start == 0 ? 0 : load<u32>(at - size);
  for (let i = start; i < end; i++, at += size) {
    const value = load<u32>(at);
    if (value < previous || value > limit) return fault;
    previous = value;
  }
  return LOAD_OK;
}

/** A stage. Every number of a section must be below `limit`. */
export function checkBelow(section: u32, limit: u32, fault: i32): i32 {
  const start = runStart();
  const end = runEnd(count(section));
  let at = table(section) + ((<usize>start) << 2);
  for (let i = start; i < end; i++, at += 4) {
    if (load<u32>(at) >= limit) return fault;
  }
  return LOAD_OK;
}
