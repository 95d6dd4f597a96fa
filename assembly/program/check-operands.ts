/** Checks the parts of patterns; the other operands are divided tables and plain numbers. */
import {
  LOAD_BAD_OPERAND,
  LOAD_OK,
  MAX_LITERAL_BYTES,
  PART_SIZE,
  PART_TEXT_LEN_AT,
  PART_TEXT_START_AT,
  SECTION_PARTS,
} from '../layout.gen';
import { runEnd, runStart } from './check-run';
import { isText } from './check-span';
import { count, record } from './section';

export function checkParts(): i32 {
  const start = runStart();
  const end = runEnd(count(SECTION_PARTS));
  for (let i = start; i < end; i++) {
    const part = record(SECTION_PARTS, i, PART_SIZE);
    const length = load<u32>(part, PART_TEXT_LEN_AT);
    if (length > MAX_LITERAL_BYTES || !isText(load<u32>(part, PART_TEXT_START_AT), length)) {
      return LOAD_BAD_OPERAND;
    }
  }
  return LOAD_OK;
}
