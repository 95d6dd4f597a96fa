/** Checks the leaves that conditions test. */
import {
  ARENA_LEAF_COUNTS,
  LEAF_CHAIN_AT,
  LEAF_FLAGS_AT,
  LEAF_IS_CAPTURE,
  LEAF_IS_SCORE,
  LEAF_OP_AT,
  LEAF_OPERAND_AT,
  LEAF_QUANTIFIER_AT,
  LEAF_SIZE,
  LEAF_SOURCE_START_AT,
  LEAF_TARGET_SET_AT,
  LEAF_TRIGGER_START_AT,
  LOAD_BAD_LEAF,
  LOAD_LIMIT_EXCEEDED,
  LOAD_OK,
  MAX_LEAVES,
  OP_BYTE_RANGE,
  OP_COMPOSED,
  OP_EXISTS,
  OP_GLOB,
  OP_IP_IN,
  OP_IS_SQLI,
  OP_IS_XSS,
  OP_LENGTH,
  OP_LITERAL,
  OP_NUMBER,
  OP_REGEX,
  OP_TEXTS,
  OP_VALID_URL_ENCODING,
  OP_WITHIN,
  QUANTIFIER_ALL,
  QUANTIFIER_COUNT,
  RULE_MAX_CONDITIONS,
  SECTION_BOUNDS,
  SECTION_BYTE_SETS,
  SECTION_CHAINS,
  SECTION_IP_SETS,
  SECTION_LEAVES,
  SECTION_PATTERNS,
  SECTION_REGEX_TESTS,
  SECTION_SELECTORS,
  SECTION_SOURCES,
  SECTION_TARGET_SETS,
  SECTION_TEMPLATES,
  SECTION_TRIGGERS,
  SELECTOR_FLAGS_AT,
  SELECTOR_IS_CAPTURE,
  SELECTOR_IS_SCORE,
  SELECTOR_SIZE,
  TARGET_SET_SELECTOR_START_AT,
  TARGET_SET_SIZE,
} from '../layout.gen';
import { runEnd, runStart } from './check-run';
import { checkPartition } from './check-span';
import { count, number, record } from './section';

export function checkTriggerStarts(): i32 {
  if (count(SECTION_LEAVES) > MAX_LEAVES) return LOAD_LIMIT_EXCEEDED;
  const limit = count(SECTION_TRIGGERS);
  return checkPartition(SECTION_LEAVES, LEAF_SIZE, LEAF_TRIGGER_START_AT, limit, LOAD_BAD_LEAF);
}

export function checkSourceStarts(): i32 {
  const limit = count(SECTION_SOURCES);
  return checkPartition(SECTION_LEAVES, LEAF_SIZE, LEAF_SOURCE_START_AT, limit, LOAD_BAD_LEAF);
}

export function checkLeaves(): i32 {
  const start = runStart();
  const end = runEnd(count(SECTION_LEAVES));
  for (let i = start; i < end; i++) {
    const leaf = record(SECTION_LEAVES, i, LEAF_SIZE);
    if (!isLeaf(leaf) || !areSources(leaf, i)) return LOAD_BAD_LEAF;
  }
  return LOAD_OK;
}

function isLeaf(leaf: usize): bool {
  const quantifier: i32 = load<u8>(leaf, LEAF_QUANTIFIER_AT);
  if (quantifier != QUANTIFIER_COUNT && quantifier != QUANTIFIER_ALL) return false;
  if (load<u16>(leaf, LEAF_TARGET_SET_AT) >= count(SECTION_TARGET_SETS)) return false;
  if (load<u16>(leaf, LEAF_CHAIN_AT) >= count(SECTION_CHAINS)) return false;
  if (load<u32>(leaf, LEAF_OPERAND_AT) >= operandCount(load<u8>(leaf, LEAF_OP_AT))) return false;
  return readsWhatItNames(leaf);
}

/** A leaf that reads a capture or a score has a selector that says which, and scores are numbers. */
function readsWhatItNames(leaf: usize): bool {
  const flags: u32 = load<u16>(leaf, LEAF_FLAGS_AT);
  if ((flags & (LEAF_IS_CAPTURE | LEAF_IS_SCORE)) == 0) return true;
  const wanted = (flags & LEAF_IS_CAPTURE) != 0 ? SELECTOR_IS_CAPTURE : SELECTOR_IS_SCORE;
  if (wanted == SELECTOR_IS_SCORE && <i32>load<u8>(leaf, LEAF_OP_AT) != OP_NUMBER) return false;
  const set = record(SECTION_TARGET_SETS, load<u16>(leaf, LEAF_TARGET_SET_AT), TARGET_SET_SIZE);
  const first = load<u32>(set, TARGET_SET_SELECTOR_START_AT);
  if (first == load<u32>(set + TARGET_SET_SIZE, TARGET_SET_SELECTOR_START_AT)) return false;
  const selector = record(SECTION_SELECTORS, first, SELECTOR_SIZE);
  return (load<u8>(selector, SELECTOR_FLAGS_AT) & wanted) != 0;
}

/**
 * Sources come before the leaves that look at what they matched, so there is no circle, and the chains
 * of them are no longer than those of a rule can be: the engine follows them by recursion. The length
 * is kept per leaf in an arena that only requests use.
 */
function areSources(leaf: usize, index: u32): bool {
  const end = load<u32>(leaf + LEAF_SIZE, LEAF_SOURCE_START_AT);
  let length: u32 = 0;
  for (let i = load<u32>(leaf, LEAF_SOURCE_START_AT); i < end; i++) {
    const source = number(SECTION_SOURCES, i);
    if (source >= index) return false;
    length = max(length, 1 + <u32>load<u16>(ARENA_LEAF_COUNTS + ((<usize>source) << 1)));
  }
  store<u16>(ARENA_LEAF_COUNTS + ((<usize>index) << 1), <u16>length);
  return length <= RULE_MAX_CONDITIONS;
}

/** How many operands an operator can choose from; 0 for an unknown operator. */
function operandCount(op: i32): u32 {
  switch (op) {
    case OP_LITERAL:
    case OP_EXISTS:
    case OP_IS_SQLI:
    case OP_IS_XSS:
      return 1;
    case OP_REGEX:
      return count(SECTION_REGEX_TESTS);
    case OP_GLOB:
    case OP_WITHIN:
    case OP_TEXTS:
      return count(SECTION_PATTERNS);
    case OP_LENGTH:
    case OP_NUMBER:
      return count(SECTION_BOUNDS);
    case OP_IP_IN:
      return count(SECTION_IP_SETS);
    case OP_BYTE_RANGE:
      return count(SECTION_BYTE_SETS);
    case OP_COMPOSED:
      return count(SECTION_TEMPLATES);
    default:
      return op > OP_BYTE_RANGE && op <= OP_VALID_URL_ENCODING ? 1 : 0;
  }
}
