/**
 * What an earlier condition captured. A reference names a group and the leaves that may have bound it;
 * the first of them that some value satisfied counts, with the first value that did.
 */
import {
  BINDER_CAPTURE_AT,
  BINDER_LEAF_AT,
  BINDER_SIZE,
  EVIDENCE_VIEW_AT,
  LEAF_CHAIN_AT,
  LEAF_FLAGS_AT,
  LEAF_IS_CAPTURE,
  LEAF_IS_MATCHED,
  LEAF_SIZE,
  LEAF_TARGET_SET_AT,
  MAX_REFERENCE_DEPTH,
  NONE,
  REFERENCE_BINDER_START_AT,
  REFERENCE_GROUP_AT,
  REFERENCE_SIZE,
  SECTION_BINDERS,
  SECTION_REFERENCES,
  SECTION_SELECTORS,
  SECTION_TARGET_SETS,
  SELECTOR_NAME_START_AT,
  SELECTOR_SIZE,
  SOURCE_HIT_LEAF_AT,
  SOURCE_HIT_VIEW_AT,
  TARGET_SET_SELECTOR_START_AT,
  TARGET_SET_SIZE,
} from '../layout.gen';
import { evidenceOf, isHit, sourceHitAt, sourceHitCount } from '../match/leaf-state';
import { findGroup, groupFrom, groupLen } from '../match/regex/captures';
import { viewAt, viewLen, viewOf } from '../match/view';
import { record } from '../program/section';
import { leafTable } from '../program/tables';
import { charge, exhausted } from '../steps';
import { applyChain, chainAt, chainLen, startChain } from '../transforms/apply-chain';
import { leafHolds, outputOf } from './leaf';

/** The capture that was found last. Valid until the next chain of transforms runs. */
export let captureAt: usize = 0;
export let captureLen: u32 = 0;

/** Captures that are being found, each within the next. */
let depth: u32 = 0;

/** The reference that a target set consists of. */
export function referenceOf(set: u32): u32 {
  const first = load<u32>(
    record(SECTION_TARGET_SETS, set, TARGET_SET_SIZE),
    TARGET_SET_SELECTOR_START_AT,
  );
  return load<u32>(record(SECTION_SELECTORS, first, SELECTOR_SIZE), SELECTOR_NAME_START_AT);
}

/** Evaluates the leaves that a reference depends on. */
export function settleReference(reference: u32): void {
  const end = binderEnd(reference);
  for (let i = binderStart(reference); i < end; i++) {
    leafHolds(load<u32>(record(SECTION_BINDERS, i, BINDER_SIZE), BINDER_LEAF_AT));
  }
}

/**
 * Finds what a reference stands for; the view that it was captured from becomes the current one. False
 * when no value satisfied a binding leaf, or the group took no part in the match.
 */
export function findCapture(reference: u32): bool {
  const group = load<u32>(
    record(SECTION_REFERENCES, reference, REFERENCE_SIZE),
    REFERENCE_GROUP_AT,
  );
  const end = binderEnd(reference);
  for (let i = binderStart(reference); i < end; i++) {
    charge(1);
    const binder = record(SECTION_BINDERS, i, BINDER_SIZE);
    const leaf = load<u32>(binder, BINDER_LEAF_AT);
    if (!isHit(leaf)) continue;
    return openBinder(leaf) && takeGroup(load<u32>(binder, BINDER_CAPTURE_AT), group);
  }
  return false;
}

/** Makes the first value that satisfied the leaf current, in the form in which it did. */
function openBinder(leaf: u32): bool {
  const at = leafTable + <usize>leaf * LEAF_SIZE;
  const flags: u32 = load<u16>(at, LEAF_FLAGS_AT);
  if ((flags & LEAF_IS_MATCHED) != 0) return openMatched(leaf);
  const evidence = evidenceOf(leaf);
  if (evidence == 0) return false;
  viewOf(load<u32>(evidence, EVIDENCE_VIEW_AT));
  startChain(viewAt, viewLen);
  if ((flags & LEAF_IS_CAPTURE) != 0 && !openCapture(at)) return false;
  applyChain(load<u16>(at, LEAF_CHAIN_AT), chainAt, chainLen);
  return true;
}

/** The leaf looked at what a leaf before it had matched. */
function openMatched(leaf: u32): bool {
  const hits = sourceHitCount();
  for (let i: u32 = 0; i < hits && !exhausted(); i++) {
    charge(1);
    if (load<u32>(sourceHitAt(i), SOURCE_HIT_LEAF_AT) != leaf) continue;
    viewOf(load<u32>(sourceHitAt(i), SOURCE_HIT_VIEW_AT));
    outputOf(i);
    return true;
  }
  return false;
}

/** The leaf looked at a capture itself. */
function openCapture(leaf: usize): bool {
  if (depth == MAX_REFERENCE_DEPTH) return false;
  depth++;
  const isThere = findCapture(referenceOf(load<u16>(leaf, LEAF_TARGET_SET_AT)));
  depth--;
  if (isThere) startChain(captureAt, captureLen);
  return isThere;
}

/** Group of the text that the binding leaf saw. Without a regular expression there is only group 0. */
function takeGroup(capture: u32, group: u32): bool {
  captureAt = chainAt;
  captureLen = chainLen;
  if (capture == NONE) return group == 0;
  if (!findGroup(capture, group, chainAt, chainLen)) return false;
  captureAt = chainAt + groupFrom;
  captureLen = groupLen;
  return true;
}

function binderStart(reference: u32): u32 {
  return load<u32>(
    record(SECTION_REFERENCES, reference, REFERENCE_SIZE),
    REFERENCE_BINDER_START_AT,
  );
}

function binderEnd(reference: u32): u32 {
  return binderStart(reference + 1);
}
