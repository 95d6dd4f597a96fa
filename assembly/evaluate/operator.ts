/** Operators that look at one value at a time. The literal ones are in match/. */
import { bitIsSet } from '../bits';
import {
  BOUND_MAX_AT,
  BOUND_MIN_AT,
  BOUND_SIZE,
  BYTE_SET_SIZE,
  OP_BYTE_RANGE,
  OP_EXISTS,
  OP_IP_IN,
  OP_LENGTH,
  OP_NUMBER,
  OP_VALID_URL_ENCODING,
  OP_VALID_UTF8,
  OP_WITHIN,
  PATTERN_FLAGS_AT,
  PATTERN_IS_FOLD,
  PATTERN_PART_START_AT,
  PATTERN_SIZE,
  SECTION_BOUNDS,
  SECTION_BYTE_SETS,
  SECTION_PATTERNS,
} from '../layout.gen';
import { partLength, partText } from '../match/glob';
import { integer, readInteger } from '../match/integer';
import { isInSet } from '../match/ip-set';
import { indexOf } from '../match/substring';
import { isValidUrlEncoding, isValidUtf8 } from '../match/valid-text';
import { record } from '../program/section';
import { charge } from '../steps';

/** Reading an address and finding it among 100,000 ranges. */
const IP_STEPS: u32 = 64;

/** True when the value (at, length) satisfies operator `op` with its operand. */
export function satisfies(op: i32, operand: u32, at: usize, length: u32): bool {
  charge(1);
  switch (op) {
    case OP_EXISTS:
      return true;
    case OP_LENGTH:
      return isInBound(operand, length);
    case OP_NUMBER:
      charge(length);
      return readInteger(at, length) && isInBound(operand, integer);
    case OP_IP_IN:
      charge(IP_STEPS);
      return isInSet(operand, at, length);
    case OP_WITHIN:
      return isWithin(operand, at, length);
    case OP_BYTE_RANGE:
      charge(length);
      return isInByteSet(operand, at, length);
    case OP_VALID_UTF8:
      charge(length);
      return isValidUtf8(at, length);
    case OP_VALID_URL_ENCODING:
      charge(length);
      return isValidUrlEncoding(at, length);
    default:
      return false;
  }
}

function isInBound(operand: u32, value: i64): bool {
  const bound = record(SECTION_BOUNDS, operand, BOUND_SIZE);
  return value >= load<i64>(bound, BOUND_MIN_AT) && value <= load<i64>(bound, BOUND_MAX_AT);
}

/** The value occurs in one of the operand's texts. */
function isWithin(operand: u32, at: usize, length: u32): bool {
  const pattern = record(SECTION_PATTERNS, operand, PATTERN_SIZE);
  const fold = (load<u32>(pattern, PATTERN_FLAGS_AT) & PATTERN_IS_FOLD) != 0;
  const end = load<u32>(pattern + PATTERN_SIZE, PATTERN_PART_START_AT);
  for (let part = load<u32>(pattern, PATTERN_PART_START_AT); part < end; part++) {
    charge(1);
    if (indexOf(partText(part), partLength(part), at, length, 0, fold) >= 0) return true;
  }
  return false;
}

/** Every byte of the value is in the set. */
function isInByteSet(operand: u32, at: usize, length: u32): bool {
  const bits = record(SECTION_BYTE_SETS, operand, BYTE_SET_SIZE);
  for (let i: u32 = 0; i < length; i++) {
    if (!bitIsSet(bits, load<u8>(at + i))) return false;
  }
  return true;
}
