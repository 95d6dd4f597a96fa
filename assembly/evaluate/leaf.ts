/**
 * Does a leaf hold? Literal leaves were settled by the shared pass. The others are evaluated here, when
 * a condition first asks for them, and remembered.
 */
import { bitIsSet, clearBits, setBit } from '../bits';
import {
  ARENA_LEAF_EVALUATED,
  COUNT_UNBOUNDED,
  FIELD_KIND_AT,
  LEAF_CHAIN_AT,
  LEAF_COUNT_MAX_AT,
  LEAF_COUNT_MIN_AT,
  LEAF_OP_AT,
  LEAF_OPERAND_AT,
  LEAF_QUANTIFIER_AT,
  LEAF_SIZE,
  LEAF_TARGET_SET_AT,
  OP_GLOB,
  OP_LITERAL,
  QUANTIFIER_ALL,
  SECTION_LEAVES,
} from '../layout.gen';
import { hit, hitCount } from '../match/leaf-state';
import { selectsView } from '../match/target-set';
import { viewAt, viewLen, viewName, viewValue } from '../match/view';
import { count, record } from '../program/section';
import { fieldAt, fieldCount, isNamed } from '../request/fields';
import { charge, exhausted } from '../steps';
import { applyChain, outputAt, outputLen } from '../transforms/apply-chain';
import { satisfies } from './operator';

/** Values that the leaf evaluated last could look at. */
let selected: u32 = 0;

export function clearEvaluated(): void {
  clearBits(ARENA_LEAF_EVALUATED, count(SECTION_LEAVES));
}

export function leafHolds(leaf: u32): bool {
  charge(1);
  const at = record(SECTION_LEAVES, leaf, LEAF_SIZE);
  const op: i32 = load<u8>(at, LEAF_OP_AT);
  const isScanned = op == OP_LITERAL || op == OP_GLOB;
  if (!isScanned && !bitIsSet(ARENA_LEAF_EVALUATED, leaf)) {
    setBit(ARENA_LEAF_EVALUATED, leaf);
    visit(leaf, at, true);
  }
  const hits = hitCount(leaf);
  if (<i32>load<u8>(at, LEAF_QUANTIFIER_AT) == QUANTIFIER_ALL) {
    visit(leaf, at, false);
    return selected > 0 && hits == selected;
  }
  const most: u32 = load<u16>(at, LEAF_COUNT_MAX_AT);
  return hits >= load<u16>(at, LEAF_COUNT_MIN_AT) && (most == COUNT_UNBOUNDED || hits <= most);
}

/** Counts the values that the leaf looks at; `test` also asks the operator about each. */
function visit(leaf: u32, at: usize, test: bool): void {
  selected = 0;
  for (let i: u32 = 0, n = fieldCount(); i < n && !exhausted(); i++) {
    viewValue(i);
    visitView(leaf, at, test);
    if (!isNamed(load<u32>(fieldAt(i), FIELD_KIND_AT))) continue;
    viewName(i);
    visitView(leaf, at, test);
  }
}

function visitView(leaf: u32, at: usize, test: bool): void {
  if (!selectsView(load<u16>(at, LEAF_TARGET_SET_AT))) return;
  selected++;
  if (!test) return;
  applyChain(load<u16>(at, LEAF_CHAIN_AT), viewAt, viewLen);
  const operand = load<u32>(at, LEAF_OPERAND_AT);
  if (satisfies(load<u8>(at, LEAF_OP_AT), operand, outputAt, outputLen)) hit(leaf, 0, outputLen);
}
