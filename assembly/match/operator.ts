/** Operators that look at one value at a time. */
import { bitIsSet } from '../bits';
import { equalBytes, equalFolded } from '../bytes';
import { isSqli } from '../detectors/is-sqli';
import { isXss } from '../detectors/is-xss';
import {
  BOUND_MAX_AT,
  BOUND_MIN_AT,
  BOUND_SIZE,
  BYTE_SET_SIZE,
  OP_BYTE_RANGE,
  OP_EXISTS,
  OP_GLOB,
  OP_IP_IN,
  OP_IS_SQLI,
  OP_IS_XSS,
  OP_LENGTH,
  OP_NUMBER,
  OP_REGEX,
  OP_TEXTS,
  OP_VALID_URL_ENCODING,
  OP_VALID_UTF8,
  OP_WITHIN,
  PART_FLAGS_AT,
  PART_IS_AT_END,
  PART_IS_AT_START,
  PART_IS_EXACT,
  PART_IS_WHOLE,
  PART_SIZE,
  PATTERN_FLAGS_AT,
  PATTERN_IS_FOLD,
  PATTERN_PART_START_AT,
  PATTERN_SIZE,
  REGEX_TEST_REGEX_AT,
  REGEX_TEST_SIZE,
  SECTION_BOUNDS,
  SECTION_BYTE_SETS,
  SECTION_PARTS,
  SECTION_PATTERNS,
} from '../layout.gen';
import { record } from '../program/section';
import { regexTestTable } from '../program/tables';
import { charge } from '../steps';
import { globMatches, partLength, partText } from './glob';
import { integer, readInteger } from './integer';
import { isInSet } from './ip-set';
import { regexMatches } from './regex/run-regex';
import { indexOf } from './substring';
import { isValidUrlEncoding, isValidUtf8 } from './valid-text';

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
    case OP_GLOB:
      return globMatches(operand, at, length);
    case OP_TEXTS:
      return hasText(operand, at, length);
    case OP_REGEX:
      return regexMatches(load<u32>(regexTest(operand), REGEX_TEST_REGEX_AT), at, length);
    case OP_BYTE_RANGE:
      charge(length);
      return isInByteSet(operand, at, length);
    case OP_VALID_UTF8:
      charge(length);
      return isValidUtf8(at, length);
    case OP_VALID_URL_ENCODING:
      charge(length);
      return isValidUrlEncoding(at, length);
    case OP_IS_SQLI:
      return isSqli(at, length);
    case OP_IS_XSS:
      return isXss(at, length);
    default:
      return false;
  }
}

function regexTest(operand: u32): usize {
  return regexTestTable + <usize>operand * REGEX_TEST_SIZE;
}

/** Within the bounds of an operand, both ends included. */
export function isInBound(operand: u32, value: i64): bool {
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

/** Where `findText` and `findOutside` found something. */
export let textFrom: u32 = 0;
export let textLength: u32 = 0;

/** Sets `textFrom` and `textLength` to the first of the operand's texts that occurs where it may. */
export function findText(operand: u32, at: usize, length: u32): bool {
  const pattern = record(SECTION_PATTERNS, operand, PATTERN_SIZE);
  const end = load<u32>(pattern + PATTERN_SIZE, PATTERN_PART_START_AT);
  for (let part = load<u32>(pattern, PATTERN_PART_START_AT); part < end; part++) {
    charge(1);
    if (!occurs(part, at, length)) continue;
    textLength = partLength(part);
    textFrom = placeOf(part, at, length);
    return true;
  }
  return false;
}

/** Where a text that occurs does so first. */
function placeOf(part: u32, at: usize, length: u32): u32 {
  const flags = load<u32>(record(SECTION_PARTS, part, PART_SIZE), PART_FLAGS_AT);
  if ((flags & (PART_IS_WHOLE | PART_IS_AT_START)) != 0) return 0;
  if ((flags & PART_IS_AT_END) != 0) return length - textLength;
  return indexOf(at, length, partText(part), textLength, 0, (flags & PART_IS_EXACT) == 0);
}

/** Sets `textFrom` to the first byte that is not in the operand's set. */
export function findOutside(operand: u32, at: usize, length: u32): bool {
  const bits = record(SECTION_BYTE_SETS, operand, BYTE_SET_SIZE);
  charge(length);
  for (let i: u32 = 0; i < length; i++) {
    if (bitIsSet(bits, load<u8>(at + i))) continue;
    textFrom = i;
    return true;
  }
  return false;
}

/** One of the operand's texts occurs in the value where it may. */
function hasText(operand: u32, at: usize, length: u32): bool {
  const pattern = record(SECTION_PATTERNS, operand, PATTERN_SIZE);
  const end = load<u32>(pattern + PATTERN_SIZE, PATTERN_PART_START_AT);
  for (let part = load<u32>(pattern, PATTERN_PART_START_AT); part < end; part++) {
    charge(1);
    if (occurs(part, at, length)) return true;
  }
  return false;
}

function occurs(part: u32, at: usize, length: u32): bool {
  const flags = load<u32>(record(SECTION_PARTS, part, PART_SIZE), PART_FLAGS_AT);
  const size = partLength(part);
  const text = partText(part);
  const fold = (flags & PART_IS_EXACT) == 0;
  if (size > length || ((flags & PART_IS_WHOLE) != 0 && size != length)) return false;
  if ((flags & (PART_IS_WHOLE | PART_IS_AT_START)) != 0) return isAt(at, text, size, fold);
  if ((flags & PART_IS_AT_END) != 0) return isAt(at + (length - size), text, size, fold);
  return indexOf(at, length, text, size, 0, fold) >= 0;
}

function isAt(at: usize, text: usize, size: u32, fold: bool): bool {
  charge(size);
  return fold ? equalFolded(at, text, size) : equalBytes(at, text, size);
}

/** Every byte of the value is in the set. */
function isInByteSet(operand: u32, at: usize, length: u32): bool {
  const bits = record(SECTION_BYTE_SETS, operand, BYTE_SET_SIZE);
  for (let i: u32 = 0; i < length; i++) {
    if (!bitIsSet(bits, load<u8>(at + i))) return false;
  }
  return true;
}
