/** Checks the scopes of thresholds: conditions like those of rules, and a threshold for each category. */
import {
  BRANCH_ACCEPT,
  BRANCH_LEAF_AT,
  BRANCH_ON_FALSE_AT,
  BRANCH_ON_TRUE_AT,
  BRANCH_REJECT,
  BRANCH_SIZE,
  LOAD_BAD_CONDITION,
  LOAD_BAD_RULE,
  LOAD_OK,
  SCOPE_BRANCH_START_AT,
  SCOPE_SIZE,
  SECTION_CATEGORIES,
  SECTION_LEAVES,
  SECTION_SCOPE_BRANCHES,
  SECTION_SCOPE_THRESHOLDS,
  SECTION_SCOPES,
} from '../layout.gen';
import { runEnd, runStart } from './check-run';
import { checkPartition } from './check-span';
import { count, record } from './section';

export const SCOPE_STAGES: u32 = 3;

export function checkScopeStage(stage: u32): i32 {
  switch (stage) {
    case 0: {
      const branches = count(SECTION_SCOPE_BRANCHES);
      const field = SCOPE_BRANCH_START_AT;
      return checkPartition(SECTION_SCOPES, SCOPE_SIZE, field, branches, LOAD_BAD_RULE);
    }
    case 1:
      return checkScopes();
    default:
      return checkScopeBranches();
  }
}

/** Each scope has a branch at least, and every scope a threshold for every category. */
function checkScopes(): i32 {
  const start = runStart();
  const end = runEnd(count(SECTION_SCOPES));
  const thresholds = <u64>count(SECTION_SCOPES) * count(SECTION_CATEGORIES);
  if (<u64>count(SECTION_SCOPE_THRESHOLDS) != thresholds) return LOAD_BAD_RULE;
  for (let i = start; i < end; i++) {
    const branches = startOf(i + 1) - startOf(i);
    if (branches == 0 || branches >= BRANCH_REJECT) return LOAD_BAD_CONDITION;
  }
  return LOAD_OK;
}

/** The scope whose branches are being checked. */
let owner: u32 = 0;

/** As with rules, both ways of a branch lead forward or to an end. */
function checkScopeBranches(): i32 {
  const scopes = count(SECTION_SCOPES);
  const start = runStart();
  const end = runEnd(count(SECTION_SCOPE_BRANCHES));
  if (start == 0) owner = 0;
  for (let i = start; i < end; i++) {
    while (owner < scopes && startOf(owner + 1) <= i) owner++;
    if (owner < scopes && i >= startOf(owner) && !isBranch(i)) return LOAD_BAD_CONDITION;
  }
  return LOAD_OK;
}

function isBranch(index: u32): bool {
  const first = startOf(owner);
  const branch = record(SECTION_SCOPE_BRANCHES, index, BRANCH_SIZE);
  if (load<u32>(branch, BRANCH_LEAF_AT) >= count(SECTION_LEAVES)) return false;
  const branches = startOf(owner + 1) - first;
  return (
    isForward(load<u16>(branch, BRANCH_ON_TRUE_AT), index - first, branches) &&
    isForward(load<u16>(branch, BRANCH_ON_FALSE_AT), index - first, branches)
  );
}

function isForward(next: u32, current: u32, branches: u32): bool {
  return (next > current && next < branches) || next == BRANCH_ACCEPT || next == BRANCH_REJECT;
}

function startOf(scope: u32): u32 {
  return load<u32>(record(SECTION_SCOPES, scope, SCOPE_SIZE), SCOPE_BRANCH_START_AT);
}
