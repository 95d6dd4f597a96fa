/** Checks the header and where the tables lie; every other check reads tables through it. */
import {
  ACTION_LOG,
  HEADER_BYTES,
  HEADER_FORMAT_AT,
  HEADER_MAGIC_AT,
  HEADER_MAX_STEPS_AT,
  HEADER_ON_BUDGET_AT,
  HEADER_TOTAL_BYTES_AT,
  LOAD_BAD_FORMAT,
  LOAD_BAD_MAGIC,
  LOAD_BAD_SECTION,
  LOAD_BAD_SIZE,
  LOAD_LIMIT_EXCEEDED,
  LOAD_OK,
  PAGE_BYTES,
  PROGRAM_BASE,
  PROGRAM_FORMAT,
  PROGRAM_MAGIC,
  PROGRAM_MAX_BYTES,
  PROGRAM_MAX_STEPS,
  SECTIONS,
  sectionSentinel,
  sectionWidth,
} from '../layout.gen';
import { count, table } from './section';

/** The header alone is small: it is checked in one piece when a check begins. */
export function checkHeader(): i32 {
  if (load<u32>(PROGRAM_BASE, HEADER_MAGIC_AT) != PROGRAM_MAGIC) return LOAD_BAD_MAGIC;
  if (load<u16>(PROGRAM_BASE, HEADER_FORMAT_AT) != PROGRAM_FORMAT) return LOAD_BAD_FORMAT;
  const total = load<u32>(PROGRAM_BASE, HEADER_TOTAL_BYTES_AT);
  const room = <usize>memory.size() * PAGE_BYTES - PROGRAM_BASE;
  if (total < HEADER_BYTES || total > PROGRAM_MAX_BYTES || <usize>total > room) {
    return LOAD_BAD_SIZE;
  }
  if (load<u32>(PROGRAM_BASE, HEADER_MAX_STEPS_AT) > PROGRAM_MAX_STEPS) return LOAD_LIMIT_EXCEEDED;
  if (load<u8>(PROGRAM_BASE, HEADER_ON_BUDGET_AT) > <u8>ACTION_LOG) return LOAD_LIMIT_EXCEEDED;
  return checkSections(total);
}

/** Every table lies inside the program, behind the header, aligned to 8 bytes. */
function checkSections(total: u64): i32 {
  for (let section: u32 = 0; section < SECTIONS; section++) {
    const offset: u64 = table(section) - PROGRAM_BASE;
    const records: u64 = <u64>count(section) + sectionSentinel(section);
    if ((offset & 7) != 0 || offset < HEADER_BYTES || offset > total) return LOAD_BAD_SECTION;
    if (records * sectionWidth(section) > total - offset) return LOAD_BAD_SECTION;
  }
  return LOAD_OK;
}
