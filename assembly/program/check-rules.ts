/** Checks rules, their conditions, and the leaves that conditions test. */
import {
  ACTION_ALLOW_SOME,
  BRANCH_ACCEPT,
  BRANCH_LEAF_AT,
  BRANCH_ON_FALSE_AT,
  BRANCH_ON_TRUE_AT,
  BRANCH_REJECT,
  BRANCH_SIZE,
  CATEGORY_NAME_LEN_AT,
  CATEGORY_NAME_START_AT,
  CATEGORY_SIZE,
  LEAF_CHAIN_AT,
  LEAF_OP_AT,
  LEAF_OPERAND_AT,
  LEAF_QUANTIFIER_AT,
  LEAF_SIZE,
  LEAF_SOURCE_START_AT,
  LEAF_TARGET_SET_AT,
  LEAF_TRIGGER_START_AT,
  LOAD_BAD_CONDITION,
  LOAD_BAD_LEAF,
  LOAD_BAD_RULE,
  LOAD_BAD_TEXT,
  LOAD_LIMIT_EXCEEDED,
  LOAD_OK,
  MAX_LEAVES,
  OP_BYTE_RANGE,
  OP_EXISTS,
  OP_GLOB,
  OP_IP_IN,
  OP_LENGTH,
  OP_LITERAL,
  OP_NUMBER,
  OP_REGEX,
  OP_TEXTS,
  OP_VALID_URL_ENCODING,
  OP_WITHIN,
  QUANTIFIER_ALL,
  QUANTIFIER_COUNT,
  RULE_ACTION_AT,
  RULE_BRANCH_START_AT,
  RULE_ID_START_AT,
  RULE_MAX_RULES,
  RULE_MAX_SCORE_CATEGORIES,
  RULE_SCORE_START_AT,
  RULE_SIZE,
  RULE_SKIP_START_AT,
  SCORE_CATEGORY_AT,
  SCORE_SIZE,
  SECTION_ALWAYS,
  SECTION_BOUNDS,
  SECTION_BRANCHES,
  SECTION_BYTE_SETS,
  SECTION_CATEGORIES,
  SECTION_CHAINS,
  SECTION_IP_SETS,
  SECTION_LEAVES,
  SECTION_PATTERNS,
  SECTION_REGEX_TESTS,
  SECTION_RULES,
  SECTION_SCORES,
  SECTION_SKIPS,
  SECTION_SOURCES,
  SECTION_TARGET_SETS,
  SECTION_TEXT,
  SECTION_TRIGGERS,
  SKIP_FIRST_AT,
  SKIP_LAST_AT,
  SKIP_SIZE,
} from '../layout.gen';
import { isBelow, isPartition, isText } from './check-span';
import { count, number, record } from './section';

export function checkRules(): i32 {
  const rules = count(SECTION_RULES);
  if (rules > RULE_MAX_RULES) return LOAD_LIMIT_EXCEEDED;
  if (!isRuleColumn(RULE_BRANCH_START_AT, count(SECTION_BRANCHES))) return LOAD_BAD_RULE;
  if (!isRuleColumn(RULE_SCORE_START_AT, count(SECTION_SCORES))) return LOAD_BAD_RULE;
  if (!isRuleColumn(RULE_SKIP_START_AT, count(SECTION_SKIPS))) return LOAD_BAD_RULE;
  if (!isRuleColumn(RULE_ID_START_AT, count(SECTION_TEXT))) return LOAD_BAD_RULE;
  for (let i: u32 = 0; i < rules; i++) {
    const rule = record(SECTION_RULES, i, RULE_SIZE);
    if (load<u8>(rule, RULE_ACTION_AT) > <u8>ACTION_ALLOW_SOME) return LOAD_BAD_RULE;
    if (!isCondition(rule)) return LOAD_BAD_CONDITION;
  }
  if (!isBelow(SECTION_ALWAYS, rules)) return LOAD_BAD_RULE;
  const code = checkEffects(rules);
  return code == LOAD_OK ? checkLeaves(rules) : code;
}

function isRuleColumn(field: usize, limit: u32): bool {
  return isPartition(SECTION_RULES, RULE_SIZE, field, limit);
}

/** At least one branch; both ways of each lead forward or to an end, so a condition always ends. */
function isCondition(rule: usize): bool {
  const start = load<u32>(rule, RULE_BRANCH_START_AT);
  const branches = load<u32>(rule + RULE_SIZE, RULE_BRANCH_START_AT) - start;
  if (branches == 0 || branches >= BRANCH_REJECT) return false;
  for (let i: u32 = 0; i < branches; i++) {
    const branch = record(SECTION_BRANCHES, start + i, BRANCH_SIZE);
    if (load<u32>(branch, BRANCH_LEAF_AT) >= count(SECTION_LEAVES)) return false;
    if (!isForward(load<u16>(branch, BRANCH_ON_TRUE_AT), i, branches)) return false;
    if (!isForward(load<u16>(branch, BRANCH_ON_FALSE_AT), i, branches)) return false;
  }
  return true;
}

function isForward(next: u32, current: u32, branches: u32): bool {
  return (next > current && next < branches) || next == BRANCH_ACCEPT || next == BRANCH_REJECT;
}

/** Scores and their categories; the rules that an allow rule takes out. */
function checkEffects(rules: u32): i32 {
  const categories = count(SECTION_CATEGORIES);
  if (categories > RULE_MAX_SCORE_CATEGORIES) return LOAD_LIMIT_EXCEEDED;
  for (let i: u32 = 0; i < categories; i++) {
    const category = record(SECTION_CATEGORIES, i, CATEGORY_SIZE);
    const start = load<u32>(category, CATEGORY_NAME_START_AT);
    if (!isText(start, load<u32>(category, CATEGORY_NAME_LEN_AT))) return LOAD_BAD_TEXT;
  }
  for (let i: u32 = 0, n = count(SECTION_SCORES); i < n; i++) {
    const score = record(SECTION_SCORES, i, SCORE_SIZE);
    if (load<u32>(score, SCORE_CATEGORY_AT) >= categories) return LOAD_BAD_RULE;
  }
  for (let i: u32 = 0, n = count(SECTION_SKIPS); i < n; i++) {
    const skip = record(SECTION_SKIPS, i, SKIP_SIZE);
    const last = load<u32>(skip, SKIP_LAST_AT);
    if (load<u32>(skip, SKIP_FIRST_AT) > last || last >= rules) return LOAD_BAD_RULE;
  }
  return LOAD_OK;
}

function checkLeaves(rules: u32): i32 {
  const leaves = count(SECTION_LEAVES);
  if (leaves > MAX_LEAVES) return LOAD_LIMIT_EXCEEDED;
  if (!isPartition(SECTION_LEAVES, LEAF_SIZE, LEAF_TRIGGER_START_AT, count(SECTION_TRIGGERS))) {
    return LOAD_BAD_LEAF;
  }
  if (!isBelow(SECTION_TRIGGERS, rules)) return LOAD_BAD_LEAF;
  if (!isPartition(SECTION_LEAVES, LEAF_SIZE, LEAF_SOURCE_START_AT, count(SECTION_SOURCES))) {
    return LOAD_BAD_LEAF;
  }
  for (let i: u32 = 0; i < leaves; i++) {
    const leaf = record(SECTION_LEAVES, i, LEAF_SIZE);
    const quantifier: i32 = load<u8>(leaf, LEAF_QUANTIFIER_AT);
    if (quantifier != QUANTIFIER_COUNT && quantifier != QUANTIFIER_ALL) return LOAD_BAD_LEAF;
    if (load<u16>(leaf, LEAF_TARGET_SET_AT) >= count(SECTION_TARGET_SETS)) return LOAD_BAD_LEAF;
    if (load<u16>(leaf, LEAF_CHAIN_AT) >= count(SECTION_CHAINS)) return LOAD_BAD_LEAF;
    const operand = load<u32>(leaf, LEAF_OPERAND_AT);
    if (operand >= operandCount(load<u8>(leaf, LEAF_OP_AT))) return LOAD_BAD_LEAF;
    if (!areSources(leaf, i)) return LOAD_BAD_LEAF;
  }
  return LOAD_OK;
}

/** Sources come before the leaves that look at what they matched, so there is no circle. */
function areSources(leaf: usize, index: u32): bool {
  const end = load<u32>(leaf + LEAF_SIZE, LEAF_SOURCE_START_AT);
  for (let i = load<u32>(leaf, LEAF_SOURCE_START_AT); i < end; i++) {
    if (number(SECTION_SOURCES, i) >= index) return false;
  }
  return true;
}

/** How many operands an operator can choose from; 0 for an unknown operator. */
function operandCount(op: i32): u32 {
  switch (op) {
    case OP_LITERAL:
    case OP_EXISTS:
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
    default:
      return op > OP_BYTE_RANGE && op <= OP_VALID_URL_ENCODING ? 1 : 0;
  }
}
