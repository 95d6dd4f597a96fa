/** Tests of leaves that look at one output at a time. */
import {
  LEAF_FLAGS_AT,
  LEAF_IS_CHECKED,
  LEAF_IS_NEGATED,
  LEAF_OP_AT,
  LEAF_OPERAND_AT,
  LEAF_SIZE,
  LEAF_TARGET_SET_AT,
  OP_REGEX,
  REGEX_TEST_SIZE,
} from '../layout.gen';
import { leafTable, regexTestTable } from '../program/tables';
import { hit, isSettled } from './leaf-state';
import { satisfies } from './operator';
import { outputAt, outputLen } from './output';
import { isRuledOut, matchesQueued } from './regex-test';
import { selectsView } from './target-set';

/** The leaf is to look at the current output: notes a hit when that satisfies it. */
export function testOutput(leaf: u32): void {
  const at = leafTable + <usize>leaf * LEAF_SIZE;
  if (isSettled(leaf, at) || !isAskedFor(at)) return;
  const op: i32 = load<u8>(at, LEAF_OP_AT);
  const operand = load<u32>(at, LEAF_OPERAND_AT);
  const isNegated = (load<u16>(at, LEAF_FLAGS_AT) & LEAF_IS_NEGATED) != 0;
  const holds =
    op == OP_REGEX ? matchesOutput(leaf, operand) : satisfies(op, operand, outputAt, outputLen);
  if (holds != isNegated) hit(leaf, 0, outputLen);
}

/** Plans list a leaf with patterns among its selectors for all names of the kind. */
function isAskedFor(leaf: usize): bool {
  if ((load<u16>(leaf, LEAF_FLAGS_AT) & LEAF_IS_CHECKED) == 0) return true;
  return selectsView(load<u16>(leaf, LEAF_TARGET_SET_AT));
}

function matchesOutput(leaf: u32, operand: u32): bool {
  return !isRuledOut(regexTestTable + <usize>operand * REGEX_TEST_SIZE) && matchesQueued(leaf);
}
