/** Comparisons with a text that captures are part of: `".${host.1}"`. */
import { equalBytes, equalFolded } from '../bytes';
import {
  ARENA_COMPOSED_TEXT,
  COMPARISON_CONTAINS,
  COMPARISON_ENDS_WITH,
  COMPARISON_EQUALS,
  COMPARISON_GT,
  COMPARISON_GTE,
  COMPARISON_LT,
  COMPARISON_LTE,
  COMPARISON_STARTS_WITH,
  MAX_LITERAL_BYTES,
  NONE,
  SECTION_TEMPLATE_PARTS,
  SECTION_TEMPLATES,
  SECTION_TEXT,
  TEMPLATE_COMPARISON_AT,
  TEMPLATE_FLAGS_AT,
  TEMPLATE_IS_FOLD,
  TEMPLATE_PART_REFERENCE_AT,
  TEMPLATE_PART_SIZE,
  TEMPLATE_PART_START_AT,
  TEMPLATE_PART_TEXT_LEN_AT,
  TEMPLATE_PART_TEXT_START_AT,
  TEMPLATE_SIZE,
} from '../layout.gen';
import { integer, readInteger } from '../match/integer';
import { indexOf } from '../match/substring';
import { record, table } from '../program/section';
import { markTruncated } from '../request/fields';
import { charge } from '../steps';
import { captureAt, captureLen, findCapture, settleReference } from './capture';

let composedLen: u32 = 0;
/** The text is longer than there is room for: no value compares with it. */
let isCut: bool = false;
/** The text as a number. */
let isInteger: bool = false;
let composedInteger: i64 = 0;

/** Evaluates the leaves that the text of a template depends on. */
export function settleTemplate(template: u32): void {
  const end = partEnd(template);
  for (let i = partStart(template); i < end; i++) {
    const reference = load<u32>(partAt(i), TEMPLATE_PART_REFERENCE_AT);
    if (reference != NONE) settleReference(reference);
  }
}

/** Puts the text together. A capture that there is none of is the empty text. */
export function compose(template: u32): void {
  composedLen = 0;
  isCut = false;
  const end = partEnd(template);
  for (let i = partStart(template); i < end; i++) {
    const part = partAt(i);
    const reference = load<u32>(part, TEMPLATE_PART_REFERENCE_AT);
    if (reference != NONE) {
      if (findCapture(reference)) append(captureAt, captureLen);
      continue;
    }
    const start = load<u32>(part, TEMPLATE_PART_TEXT_START_AT);
    append(table(SECTION_TEXT) + start, load<u32>(part, TEMPLATE_PART_TEXT_LEN_AT));
  }
  charge(composedLen);
  isInteger = readInteger(ARENA_COMPOSED_TEXT, composedLen);
  composedInteger = integer;
}

function append(at: usize, length: u32): void {
  charge(1);
  if (isCut || length > MAX_LITERAL_BYTES - composedLen) {
    isCut = true;
    markTruncated();
    return;
  }
  charge(length);
  memory.copy(ARENA_COMPOSED_TEXT + composedLen, at, length);
  composedLen += length;
}

/** Compares a value with the text that was put together last. */
export function comparesWithComposed(template: u32, at: usize, length: u32): bool {
  charge(1);
  if (isCut) return false;
  const here = record(SECTION_TEMPLATES, template, TEMPLATE_SIZE);
  const comparison: i32 = load<u16>(here, TEMPLATE_COMPARISON_AT);
  if (comparison >= COMPARISON_LT) return comparesNumbers(comparison, at, length);
  const fold = (load<u16>(here, TEMPLATE_FLAGS_AT) & TEMPLATE_IS_FOLD) != 0;
  if (composedLen > length) return false;
  switch (comparison) {
    case COMPARISON_EQUALS:
      return composedLen == length && isAt(at, fold);
    case COMPARISON_STARTS_WITH:
      return isAt(at, fold);
    case COMPARISON_ENDS_WITH:
      return isAt(at + (length - composedLen), fold);
    case COMPARISON_CONTAINS:
      return indexOf(at, length, ARENA_COMPOSED_TEXT, composedLen, 0, fold) >= 0;
    default:
      return false;
  }
}

function isAt(at: usize, fold: bool): bool {
  charge(composedLen);
  return fold
    ? equalFolded(at, ARENA_COMPOSED_TEXT, composedLen)
    : equalBytes(at, ARENA_COMPOSED_TEXT, composedLen);
}

/** False when one of the two is no integer. */
function comparesNumbers(comparison: i32, at: usize, length: u32): bool {
  charge(length);
  if (!isInteger || !readInteger(at, length)) return false;
  switch (comparison) {
    case COMPARISON_LT:
      return integer < composedInteger;
    case COMPARISON_LTE:
      return integer <= composedInteger;
    case COMPARISON_GT:
      return integer > composedInteger;
    default:
      return comparison == COMPARISON_GTE && integer >= composedInteger;
  }
}

function partAt(index: u32): usize {
  return record(SECTION_TEMPLATE_PARTS, index, TEMPLATE_PART_SIZE);
}

function partStart(template: u32): u32 {
  return load<u32>(record(SECTION_TEMPLATES, template, TEMPLATE_SIZE), TEMPLATE_PART_START_AT);
}

function partEnd(template: u32): u32 {
  return partStart(template + 1);
}
