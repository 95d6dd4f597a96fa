/** Checks what operators compare with: patterns, their parts and address sets. */
import {
  IP_SET_SIZE,
  IP_SET_V4_START_AT,
  IP_SET_V6_START_AT,
  LOAD_BAD_OPERAND,
  LOAD_OK,
  MAX_LITERAL_BYTES,
  PART_SIZE,
  PART_TEXT_LEN_AT,
  PART_TEXT_START_AT,
  PATTERN_PART_START_AT,
  PATTERN_SIZE,
  SECTION_IP_SETS,
  SECTION_IP4_RANGES,
  SECTION_IP6_RANGES,
  SECTION_PARTS,
  SECTION_PATTERNS,
} from '../layout.gen';
import { isPartition, isText } from './check-span';
import { count, record } from './section';

export function checkOperands(): i32 {
  const parts = count(SECTION_PARTS);
  if (!isPartition(SECTION_PATTERNS, PATTERN_SIZE, PATTERN_PART_START_AT, parts)) {
    return LOAD_BAD_OPERAND;
  }
  for (let i: u32 = 0; i < parts; i++) {
    const part = record(SECTION_PARTS, i, PART_SIZE);
    const length = load<u32>(part, PART_TEXT_LEN_AT);
    if (length > MAX_LITERAL_BYTES || !isText(load<u32>(part, PART_TEXT_START_AT), length)) {
      return LOAD_BAD_OPERAND;
    }
  }
  const v4 = count(SECTION_IP4_RANGES);
  const v6 = count(SECTION_IP6_RANGES);
  if (!isPartition(SECTION_IP_SETS, IP_SET_SIZE, IP_SET_V4_START_AT, v4)) return LOAD_BAD_OPERAND;
  if (!isPartition(SECTION_IP_SETS, IP_SET_SIZE, IP_SET_V6_START_AT, v6)) return LOAD_BAD_OPERAND;
  return LOAD_OK;
}
