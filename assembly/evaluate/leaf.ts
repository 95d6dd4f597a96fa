/**
 * Does a leaf hold? Leaves that some plan lists were settled while the fields were looked at. The
 * others are evaluated here, when a condition first asks for them, and remembered.
 */
import { bitIsSet, clearBits, setBit } from '../bits';
import {
  ARENA_LEAF_EVALUATED,
  COUNT_UNBOUNDED,
  FIELD_KIND_AT,
  LEAF_CHAIN_AT,
  LEAF_COUNT_MAX_AT,
  LEAF_COUNT_MIN_AT,
  LEAF_FLAGS_AT,
  LEAF_IS_CAPTURE,
  LEAF_IS_FIRST,
  LEAF_IS_MATCHED,
  LEAF_IS_NEGATED,
  LEAF_IS_PLANNED,
  LEAF_IS_SCORE,
  LEAF_OP_AT,
  LEAF_OPERAND_AT,
  LEAF_QUANTIFIER_AT,
  LEAF_SIZE,
  LEAF_SOURCE_START_AT,
  LEAF_TARGET_SET_AT,
  MAX_REFERENCE_DEPTH,
  NONE,
  OP_COMPOSED,
  QUANTIFIER_ALL,
  SECTION_LEAVES,
  SECTION_SOURCES,
  SECTION_TARGET_SETS,
  SOURCE_HIT_FROM_AT,
  SOURCE_HIT_LEAF_AT,
  SOURCE_HIT_VIEW_AT,
  TARGET_SET_KINDS_AT,
  TARGET_SET_SIZE,
} from '../layout.gen';
import {
  hit,
  hitCount,
  hitWithoutView,
  lookThrough,
  sourceHitAt,
  sourceHitCount,
} from '../match/leaf-state';
import { isInBound, satisfies } from '../match/operator';
import { selectsView } from '../match/target-set';
import { viewAt, viewLen, viewName, viewOf, viewValue } from '../match/view';
import { count, number, record } from '../program/section';
import { leafTable } from '../program/tables';
import { fieldAt, fieldCount, isNamed } from '../request/fields';
import { charge, exhausted } from '../steps';
import { applyChain, chainAt, chainLen, startChain } from '../transforms/apply-chain';
import { captureAt, captureLen, findCapture, referenceOf, settleReference } from './capture';
import { comparesWithComposed, compose, settleTemplate } from './composed-text';
import { scoreAt } from './verdict';

/** Values that the leaf evaluated last could look at. */
let selected: u32 = 0;
/** Leaves that wait for leaves which bind what they refer to. */
let waiting: u32 = 0;

export function clearEvaluated(): void {
  clearBits(ARENA_LEAF_EVALUATED, count(SECTION_LEAVES));
}

export function leafHolds(leaf: u32): bool {
  charge(1);
  const at = leafTable + <usize>leaf * LEAF_SIZE;
  const flags: u32 = load<u16>(at, LEAF_FLAGS_AT);
  settle(leaf, at, flags);
  const hits = hitCount(leaf);
  if (<i32>load<u8>(at, LEAF_QUANTIFIER_AT) == QUANTIFIER_ALL) {
    visit(leaf, at, flags, false);
    return selected > 0 && hits == selected;
  }
  const most: u32 = load<u16>(at, LEAF_COUNT_MAX_AT);
  return hits >= load<u16>(at, LEAF_COUNT_MIN_AT) && (most == COUNT_UNBOUNDED || hits <= most);
}

/** Puts the leaf to its values, unless a plan or an earlier question has done so. */
function settle(leaf: u32, at: usize, flags: u32): void {
  if ((flags & LEAF_IS_PLANNED) != 0 || bitIsSet(ARENA_LEAF_EVALUATED, leaf)) return;
  setBit(ARENA_LEAF_EVALUATED, leaf);
  if ((flags & LEAF_IS_MATCHED) != 0) settleSources(at);
  settleReferences(at, flags);
  if (isComposed(at)) compose(load<u32>(at, LEAF_OPERAND_AT));
  visit(leaf, at, flags, true);
}

/** A condition that was decided early may have left out leaves whose matches are asked for now. */
function settleSources(at: usize): void {
  const end = load<u32>(at + LEAF_SIZE, LEAF_SOURCE_START_AT);
  for (let i = load<u32>(at, LEAF_SOURCE_START_AT); i < end && !exhausted(); i++) {
    charge(1);
    const source = number(SECTION_SOURCES, i);
    const sourceAt = leafTable + <usize>source * LEAF_SIZE;
    settle(source, sourceAt, load<u16>(sourceAt, LEAF_FLAGS_AT));
  }
}

/** The same for leaves whose captures are asked for, before anything of this one is begun. */
function settleReferences(leaf: usize, flags: u32): void {
  if (waiting == MAX_REFERENCE_DEPTH) return;
  waiting++;
  if ((flags & LEAF_IS_CAPTURE) != 0) {
    settleReference(referenceOf(load<u16>(leaf, LEAF_TARGET_SET_AT)));
  }
  if (isComposed(leaf)) settleTemplate(load<u32>(leaf, LEAF_OPERAND_AT));
  waiting--;
}

function isComposed(leaf: usize): bool {
  return <i32>load<u8>(leaf, LEAF_OP_AT) == OP_COMPOSED;
}

/** Counts the values that the leaf looks at; `test` also asks the operator about each. */
function visit(leaf: u32, at: usize, flags: u32, test: bool): void {
  selected = 0;
  if ((flags & LEAF_IS_MATCHED) != 0) visitMatched(leaf, at, test);
  else if ((flags & LEAF_IS_CAPTURE) != 0) visitCapture(leaf, at, test);
  else if ((flags & LEAF_IS_SCORE) != 0) visitScore(leaf, at, test);
  else visitFields(leaf, at, (flags & LEAF_IS_FIRST) != 0, test);
}

/** `first`: only the first value that is selected. */
function visitFields(leaf: u32, at: usize, first: bool, test: bool): void {
  const set = load<u16>(at, LEAF_TARGET_SET_AT);
  const kinds = load<u64>(record(SECTION_TARGET_SETS, set, TARGET_SET_SIZE), TARGET_SET_KINDS_AT);
  const fields = fieldCount();
  charge(fields);
  for (let i: u32 = 0; i < fields && !exhausted(); i++) {
    if (first && selected > 0) return;
    const kind = load<u32>(fieldAt(i), FIELD_KIND_AT);
    const wanted = kinds >> <u64>kind;
    if ((wanted & 1) != 0) {
      viewValue(i);
      if (selectsView(set)) visitValue(leaf, at, viewAt, viewLen, test);
    }
    if ((wanted & 2) != 0 && isNamed(kind) && !(first && selected > 0)) {
      viewName(i);
      if (selectsView(set)) visitValue(leaf, at, viewAt, viewLen, test);
    }
  }
}

function visitCapture(leaf: u32, at: usize, test: bool): void {
  if (!findCapture(referenceOf(load<u16>(at, LEAF_TARGET_SET_AT)))) return;
  visitValue(leaf, at, captureAt, captureLen, test);
}

/** A score is a number that every request has. */
function visitScore(leaf: u32, at: usize, test: bool): void {
  charge(1);
  selected = 1;
  if (!test) return;
  const score = load<i32>(scoreAt(referenceOf(load<u16>(at, LEAF_TARGET_SET_AT))));
  const isNegated = (load<u16>(at, LEAF_FLAGS_AT) & LEAF_IS_NEGATED) != 0;
  if (isInBound(load<u32>(at, LEAF_OPERAND_AT), score) != isNegated) hitWithoutView(leaf);
}

/** The values are those that satisfied one of the leaf's sources, as the source saw them. */
function visitMatched(leaf: u32, at: usize, test: bool): void {
  const hits = sourceHitCount();
  charge(hits);
  for (let i: u32 = 0; i < hits && !exhausted(); i++) {
    const source = load<u32>(sourceHitAt(i), SOURCE_HIT_LEAF_AT);
    if (!isSource(at, source)) continue;
    if (test) {
      viewOf(load<u32>(sourceHitAt(i), SOURCE_HIT_VIEW_AT));
      outputOf(i);
      lookThrough(i);
    }
    visitValue(leaf, at, chainAt, chainLen, test);
  }
  lookThrough(NONE);
}

/** True when a leaf's values are those that `source` matched. */
export function isSource(leaf: usize, source: u32): bool {
  const end = load<u32>(leaf + LEAF_SIZE, LEAF_SOURCE_START_AT);
  for (let i = load<u32>(leaf, LEAF_SOURCE_START_AT); i < end; i++) {
    charge(1);
    if (number(SECTION_SOURCES, i) == source) return true;
  }
  return false;
}

/** Sets chainAt and chainLen to what the leaf of a source hit saw of the current view. */
export function outputOf(sourceHit: u32): void {
  const known = sourceHitAt(sourceHit);
  const from = load<u32>(known, SOURCE_HIT_FROM_AT);
  charge(1);
  if (from == NONE) startChain(viewAt, viewLen);
  else outputOf(from);
  const leaf = leafTable + <usize>load<u32>(known, SOURCE_HIT_LEAF_AT) * LEAF_SIZE;
  applyChain(load<u16>(leaf, LEAF_CHAIN_AT), chainAt, chainLen);
}

function visitValue(leaf: u32, at: usize, value: usize, length: u32, test: bool): void {
  selected++;
  if (!test) return;
  applyChain(load<u16>(at, LEAF_CHAIN_AT), value, length);
  const isNegated = (load<u16>(at, LEAF_FLAGS_AT) & LEAF_IS_NEGATED) != 0;
  const operand = load<u32>(at, LEAF_OPERAND_AT);
  const holds = isComposed(at)
    ? comparesWithComposed(operand, chainAt, chainLen)
    : satisfies(load<u8>(at, LEAF_OP_AT), operand, chainAt, chainLen);
  if (holds != isNegated) hit(leaf, 0, chainLen);
}
