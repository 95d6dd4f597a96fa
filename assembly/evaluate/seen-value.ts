/** The value that satisfied a leaf first, in the form in which the leaf saw it. */
import {
  EVIDENCE_VIEW_AT,
  LEAF_CHAIN_AT,
  LEAF_FLAGS_AT,
  LEAF_IS_CAPTURE,
  LEAF_IS_MATCHED,
  LEAF_IS_NEGATED,
  LEAF_OP_AT,
  LEAF_OPERAND_AT,
  LEAF_SIZE,
  LEAF_TARGET_SET_AT,
  OP_COMPOSED,
  SOURCE_HIT_LEAF_AT,
  SOURCE_HIT_VIEW_AT,
} from '../layout.gen';
import { sourceHitAt, sourceHitCount } from '../match/leaf-state';
import { satisfies } from '../match/operator';
import { viewAt, viewLen, viewOf } from '../match/view';
import { leafTable } from '../program/tables';
import { charge, exhausted } from '../steps';
import { applyChain, chainAt, chainLen, startChain } from '../transforms/apply-chain';
import { captureAt, captureLen, findCapture, referenceOf } from './capture';
import { isSource, outputOf } from './leaf';

/** Puts the value where chains leave their output; false when it cannot be told any more. */
export function openSeen(leaf: u32, evidence: usize): bool {
  const at = leafTable + <usize>leaf * LEAF_SIZE;
  const flags: u32 = load<u16>(at, LEAF_FLAGS_AT);
  const view = load<u32>(evidence, EVIDENCE_VIEW_AT);
  if ((flags & LEAF_IS_MATCHED) != 0) return openMatched(at, view);
  viewOf(view);
  startChain(viewAt, viewLen);
  if ((flags & LEAF_IS_CAPTURE) != 0) {
    if (!findCapture(referenceOf(load<u16>(at, LEAF_TARGET_SET_AT)))) return false;
    startChain(captureAt, captureLen);
  }
  applyChain(load<u16>(at, LEAF_CHAIN_AT), chainAt, chainLen);
  return true;
}

/** Of the values of that view which the leaf's sources handed on, the first that satisfies it. */
function openMatched(leaf: usize, view: u32): bool {
  const isNegated = (load<u16>(leaf, LEAF_FLAGS_AT) & LEAF_IS_NEGATED) != 0;
  const op: i32 = load<u8>(leaf, LEAF_OP_AT);
  const hits = sourceHitCount();
  for (let i: u32 = 0; i < hits && !exhausted(); i++) {
    charge(1);
    if (load<u32>(sourceHitAt(i), SOURCE_HIT_VIEW_AT) != view) continue;
    if (!isSource(leaf, load<u32>(sourceHitAt(i), SOURCE_HIT_LEAF_AT))) continue;
    viewOf(view);
    outputOf(i);
    applyChain(load<u16>(leaf, LEAF_CHAIN_AT), chainAt, chainLen);
    if (op == OP_COMPOSED) return true;
    if (satisfies(op, load<u32>(leaf, LEAF_OPERAND_AT), chainAt, chainLen) != isNegated)
      return true;
  }
  return false;
}
