/**
 * Read-only view of the rule program: where the table of a section lies and how many records it has.
 * Nothing here checks bounds; load-program.ts proved them once for the bytes that are there now.
 */
import {
  HEADER_SIZE,
  PROGRAM_BASE,
  SECTION_COUNT_AT,
  SECTION_OFFSET_AT,
  SECTION_SIZE,
} from '../layout.gen';

/** Address of the first record of a section. */
export function table(section: u32): usize {
  return (
    PROGRAM_BASE +
    load<u32>(PROGRAM_BASE + HEADER_SIZE + <usize>section * SECTION_SIZE, SECTION_OFFSET_AT)
  );
}

/** Number of records, without the closing one. */
export function count(section: u32): u32 {
  return load<u32>(PROGRAM_BASE + HEADER_SIZE + <usize>section * SECTION_SIZE, SECTION_COUNT_AT);
}

/** Address of record `index` of a section whose records have `size` bytes. */
export function record(section: u32, index: u32, size: usize): usize {
  return table(section) + <usize>index * size;
}

/** Entry `index` of a section of plain numbers. */
export function number(section: u32, index: u32): u32 {
  return load<u32>(table(section) + ((<usize>index) << 2));
}
