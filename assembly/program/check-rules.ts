/** Checks rules, their conditions, what they do when they match, and what wakes them. */
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
  LOAD_BAD_CONDITION,
  LOAD_BAD_RULE,
  LOAD_BAD_TEXT,
  LOAD_LIMIT_EXCEEDED,
  LOAD_OK,
  RULE_ACTION_AT,
  RULE_BRANCH_START_AT,
  RULE_MAX_RULES,
  RULE_MAX_SCORE_CATEGORIES,
  RULE_SIZE,
  SCORE_CATEGORY_AT,
  SCORE_SIZE,
  SECTION_BRANCHES,
  SECTION_CATEGORIES,
  SECTION_LEAVES,
  SECTION_RULES,
  SECTION_SCORES,
  SECTION_SKIPS,
  SKIP_FIRST_AT,
  SKIP_LAST_AT,
  SKIP_SIZE,
} from '../layout.gen';
import { runEnd, runStart } from './check-run';
import { checkPartition, isText } from './check-span';
import { count, record } from './section';

/** A stage: one of the columns of a rule that divide another table. */
export function checkRuleColumn(field: usize, limit: u32): i32 {
  if (count(SECTION_RULES) > RULE_MAX_RULES) return LOAD_LIMIT_EXCEEDED;
  return checkPartition(SECTION_RULES, RULE_SIZE, field, limit, LOAD_BAD_RULE);
}

/** A known action, and a condition of at least one branch whose numbers fit. */
export function checkRules(): i32 {
  const start = runStart();
  const end = runEnd(count(SECTION_RULES));
  for (let i = start; i < end; i++) {
    const rule = record(SECTION_RULES, i, RULE_SIZE);
    if (load<u8>(rule, RULE_ACTION_AT) > <u8>ACTION_ALLOW_SOME) return LOAD_BAD_RULE;
    const branches = branchEnd(i) - load<u32>(rule, RULE_BRANCH_START_AT);
    if (branches == 0 || branches >= BRANCH_REJECT) return LOAD_BAD_CONDITION;
  }
  return LOAD_OK;
}

/** The rule whose branches are being checked. */
let owner: u32 = 0;

/**
 * Both ways of a branch lead forward or to an end, so a condition always ends. Branches are checked one
 * by one, not rule by rule: a hostile program could put all of them into one rule.
 */
export function checkBranches(): i32 {
  const rules = count(SECTION_RULES);
  const start = runStart();
  const end = runEnd(count(SECTION_BRANCHES));
  if (start == 0) owner = 0;
  for (let i = start; i < end; i++) {
    while (owner < rules && branchEnd(owner) <= i) owner++;
    if (owner < rules && !isBranch(i)) return LOAD_BAD_CONDITION;
  }
  return LOAD_OK;
}

/** Whether branch `index` may stand in the condition of `owner`. One before the first rule is nobody's. */
function isBranch(index: u32): bool {
  const first = load<u32>(record(SECTION_RULES, owner, RULE_SIZE), RULE_BRANCH_START_AT);
  if (index < first) return true;
  const branch = record(SECTION_BRANCHES, index, BRANCH_SIZE);
  if (load<u32>(branch, BRANCH_LEAF_AT) >= count(SECTION_LEAVES)) return false;
  const current = index - first;
  const branches = branchEnd(owner) - first;
  return (
    isForward(load<u16>(branch, BRANCH_ON_TRUE_AT), current, branches) &&
    isForward(load<u16>(branch, BRANCH_ON_FALSE_AT), current, branches)
  );
}

function isForward(next: u32, current: u32, branches: u32): bool {
  return (next > current && next < branches) || next == BRANCH_ACCEPT || next == BRANCH_REJECT;
}

/** The branch behind the last one of a rule. */
function branchEnd(rule: u32): u32 {
  return load<u32>(record(SECTION_RULES, rule + 1, RULE_SIZE), RULE_BRANCH_START_AT);
}

export function checkCategories(): i32 {
  const categories = count(SECTION_CATEGORIES);
  if (categories > RULE_MAX_SCORE_CATEGORIES) return LOAD_LIMIT_EXCEEDED;
  const start = runStart();
  const end = runEnd(categories);
  for (let i = start; i < end; i++) {
    const category = record(SECTION_CATEGORIES, i, CATEGORY_SIZE);
    const name = load<u32>(category, CATEGORY_NAME_START_AT);
    if (!isText(name, load<u32>(category, CATEGORY_NAME_LEN_AT))) return LOAD_BAD_TEXT;
  }
  return LOAD_OK;
}

export function checkScores(): i32 {
  const start = runStart();
  const end = runEnd(count(SECTION_SCORES));
  for (let i = start; i < end; i++) {
    const score = record(SECTION_SCORES, i, SCORE_SIZE);
    if (load<u32>(score, SCORE_CATEGORY_AT) >= count(SECTION_CATEGORIES)) return LOAD_BAD_RULE;
  }
  return LOAD_OK;
}

/** The rules that an allow rule takes out. */
export function checkSkips(): i32 {
  const start = runStart();
  const end = runEnd(count(SECTION_SKIPS));
  for (let i = start; i < end; i++) {
    const skip = record(SECTION_SKIPS, i, SKIP_SIZE);
    const last = load<u32>(skip, SKIP_LAST_AT);
    if (load<u32>(skip, SKIP_FIRST_AT) > last || last >= count(SECTION_RULES)) return LOAD_BAD_RULE;
  }
  return LOAD_OK;
}
