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
  LEAF_OP_AT,
  LEAF_SIZE,
  NONE,
  OP_GLOB,
  RULE_BRANCH_START_AT,
  SECTION_BRANCHES,
  SECTION_LEAVES,
} from '../layout.gen';
import { isHit } from '../match/leaf-state';
import { record } from '../program/section';
import { leafHolds } from './leaf';

/** The leaf that shows best why the last rule held: the last literal one, else the last one; or NONE. */
export let shownBy: u32 = NONE;

export function ruleHolds(rule: usize): bool {
  shownBy = NONE;
  let isLiteral = false;
  const start = load<u32>(rule, RULE_BRANCH_START_AT);
  let next: u32 = 0;
  while (next < BRANCH_REJECT) {
    const branch = record(SECTION_BRANCHES, start + next, BRANCH_SIZE);
    const leaf = load<u32>(branch, BRANCH_LEAF_AT);
    const holds = leafHolds(leaf);
    if (holds && isHit(leaf)) {
      const op = load<u8>(record(SECTION_LEAVES, leaf, LEAF_SIZE), LEAF_OP_AT);
      const isBetter = <i32>op <= OP_GLOB;
      if (isBetter || !isLiteral) shownBy = leaf;
      isLiteral = isLiteral || isBetter;
    }
    next = holds ? load<u16>(branch, BRANCH_ON_TRUE_AT) : load<u16>(branch, BRANCH_ON_FALSE_AT);
  }
  return next == BRANCH_ACCEPT;
}
