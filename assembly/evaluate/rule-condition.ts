/**
 * Walks the condition of a rule: a list of branches, each of which tests one leaf and says where to go
 * on if it holds and if not. Both ways lead forward, so `all`, `any` and `not` need no stack.
 */
import {
  BRANCH_ACCEPT,
  BRANCH_LEAF_AT,
  BRANCH_ON_FALSE_AT,
  BRANCH_ON_TRUE_AT,
  BRANCH_REJECT,
  BRANCH_SIZE,
  EVIDENCE_LENGTH_AT,
  LEAF_OP_AT,
  LEAF_SIZE,
  NONE,
  OP_GLOB,
  RULE_BRANCH_START_AT,
  SECTION_BRANCHES,
  SECTION_LEAVES,
} from '../layout.gen';
import { evidenceOf } from '../match/leaf-state';
import { record } from '../program/section';
import { leafHolds } from './leaf';

/** The leaf that shows best why the last rule held: the literal one with the longest hit; or NONE. */
export let shownBy: u32 = NONE;

let longest: u32 = 0;

export function ruleHolds(rule: usize): bool {
  shownBy = NONE;
  longest = 0;
  return conditionHolds(SECTION_BRANCHES, load<u32>(rule, RULE_BRANCH_START_AT));
}

/** Walks the branches of a section that begin at `start`. */
export function conditionHolds(section: u32, start: u32): bool {
  let next: u32 = 0;
  while (next < BRANCH_REJECT) {
    const branch = record(section, start + next, BRANCH_SIZE);
    const leaf = load<u32>(branch, BRANCH_LEAF_AT);
    const holds = leafHolds(leaf);
    if (holds) show(leaf);
    next = holds ? load<u16>(branch, BRANCH_ON_TRUE_AT) : load<u16>(branch, BRANCH_ON_FALSE_AT);
  }
  return next == BRANCH_ACCEPT;
}

/** Prefers the leaf to the one that was to show so far, when it says more. */
function show(leaf: u32): void {
  const evidence = evidenceOf(leaf);
  if (evidence == 0) return;
  const op: i32 = load<u8>(record(SECTION_LEAVES, leaf, LEAF_SIZE), LEAF_OP_AT);
  const weight = op <= OP_GLOB ? load<u32>(evidence, EVIDENCE_LENGTH_AT) + 1 : 0;
  if (shownBy != NONE && weight <= longest) return;
  shownBy = leaf;
  longest = weight;
}
