/**
 * What the current request has shown about each leaf: whether a value satisfied it, how many did, and
 * where the first one did. The first hit of a leaf makes the rules that it can trigger candidates.
 *
 *   leaf_hits      1 bit per leaf, cleared per request
 *   leaf_counts    u16   values that satisfied it; valid when its hit bit is set
 *   leaf_stamps    u32   serial of the scan that was counted last
 *   leaf_evidence  u16   index into the evidence table + 1, 0 when that was full; valid as counts are
 */

import { bitIsSet, clearBits, setBit } from '../bits';
import {
  ARENA_EVIDENCE,
  ARENA_LEAF_COUNTS,
  ARENA_LEAF_EVIDENCE,
  ARENA_LEAF_HITS,
  ARENA_LEAF_STAMPS,
  ARENA_RULE_CANDIDATES,
  ARENA_SOURCE_HITS,
  COUNT_UNBOUNDED,
  EVIDENCE_LENGTH_AT,
  EVIDENCE_OFFSET_AT,
  EVIDENCE_SIZE,
  EVIDENCE_VIEW_AT,
  LEAF_COUNT_MAX_AT,
  LEAF_COUNT_MIN_AT,
  LEAF_FLAGS_AT,
  LEAF_IS_SOURCE,
  LEAF_QUANTIFIER_AT,
  LEAF_SIZE,
  LEAF_TRIGGER_START_AT,
  MAX_CACHED_VALUE,
  MAX_EVIDENCE,
  MAX_SOURCE_HITS,
  NONE,
  QUANTIFIER_COUNT,
  SECTION_LEAVES,
  SECTION_TRIGGERS,
  SOURCE_HIT_FROM_AT,
  SOURCE_HIT_LEAF_AT,
  SOURCE_HIT_SIZE,
  SOURCE_HIT_VIEW_AT,
} from '../layout.gen';
import { count, number } from '../program/section';
import { leafTable } from '../program/tables';
import { markTruncated } from '../request/fields';
import { charge } from '../steps';
import { recordHit } from './value-cache';
import { viewId, viewLen } from './view';

/** Steps that waking rules has cost in this request: only the first hit of a leaf costs any. */
export let triggerSteps: u32 = 0;

let evidences: u32 = 0;
let sourceHits: u32 = 0;
/** The source hit whose output the current leaf looks at; NONE when it looks at a value itself. */
let seenThrough: u32 = NONE;

export function clearLeafState(): void {
  clearBits(ARENA_LEAF_HITS, count(SECTION_LEAVES));
  evidences = 0;
  sourceHits = 0;
  triggerSteps = 0;
}

export function sourceHitCount(): u32 {
  return sourceHits;
}

/** From here on, hits are about the output of that source hit; NONE: about the view itself. */
export function lookThrough(sourceHit: u32): void {
  seenThrough = sourceHit;
}

/** (leaf, view, from) of a hit of a leaf whose views another leaf looks at. */
export function sourceHitAt(index: u32): usize {
  return ARENA_SOURCE_HITS + <usize>index * SOURCE_HIT_SIZE;
}

export function isHit(leaf: u32): bool {
  return bitIsSet(ARENA_LEAF_HITS, leaf);
}

/** Number of values that satisfied the leaf. */
export function hitCount(leaf: u32): u32 {
  return isHit(leaf) ? load<u16>(ARENA_LEAF_COUNTS + ((<usize>leaf) << 1)) : 0;
}

/** True when this scan has been counted for the leaf. */
export function isStamped(leaf: u32, scan: u32): bool {
  return load<u32>(ARENA_LEAF_STAMPS + ((<usize>leaf) << 2)) == scan;
}

export function stamp(leaf: u32, scan: u32): void {
  store<u32>(ARENA_LEAF_STAMPS + ((<usize>leaf) << 2), scan);
}

/** One more value satisfies the leaf: `length` bytes at `offset` of the current view show it. */
export function hit(leaf: u32, offset: u32, length: u32): void {
  recordHit(leaf, offset, length);
  if ((flagsOf(leaf) & LEAF_IS_SOURCE) != 0) keepSource(leaf);
  const counter = ARENA_LEAF_COUNTS + ((<usize>leaf) << 1);
  if (isHit(leaf)) {
    const value: u32 = load<u16>(counter);
    if (value < COUNT_UNBOUNDED) store<u16>(counter, <u16>(value + 1));
    return;
  }
  setBit(ARENA_LEAF_HITS, leaf);
  store<u16>(counter, 1);
  store<u16>(ARENA_LEAF_EVIDENCE + ((<usize>leaf) << 1), <u16>keepEvidence(offset, length));
  trigger(leaf);
}

/** As `hit`, for a leaf that looks at no value of the request. */
export function hitWithoutView(leaf: u32): void {
  setBit(ARENA_LEAF_HITS, leaf);
  store<u16>(ARENA_LEAF_COUNTS + ((<usize>leaf) << 1), 1);
  store<u16>(ARENA_LEAF_EVIDENCE + ((<usize>leaf) << 1), 0);
}

/**
 * True when one more hit of the leaf would tell nothing. Short values are put to every test all the
 * same: what a test says about them may be remembered, so it must not depend on earlier values.
 */
export function isSettled(leaf: u32, at: usize): bool {
  return viewLen > MAX_CACHED_VALUE && isHit(leaf) && !isCounted(at);
}

function isCounted(at: usize): bool {
  if ((load<u16>(at, LEAF_FLAGS_AT) & LEAF_IS_SOURCE) != 0) return true;
  if (<i32>load<u8>(at, LEAF_QUANTIFIER_AT) != QUANTIFIER_COUNT) return true;
  const least = load<u16>(at, LEAF_COUNT_MIN_AT);
  const most: u32 = load<u16>(at, LEAF_COUNT_MAX_AT);
  return least > 1 || (most > 0 && most < COUNT_UNBOUNDED);
}

function flagsOf(leaf: u32): u32 {
  return load<u16>(leafTable + <usize>leaf * LEAF_SIZE, LEAF_FLAGS_AT);
}

function keepSource(leaf: u32): void {
  if (sourceHits == MAX_SOURCE_HITS) {
    markTruncated();
    return;
  }
  const at = sourceHitAt(sourceHits++);
  store<u32>(at, leaf, SOURCE_HIT_LEAF_AT);
  store<u32>(at, viewId, SOURCE_HIT_VIEW_AT);
  store<u32>(at, seenThrough, SOURCE_HIT_FROM_AT);
}

function keepEvidence(offset: u32, length: u32): u32 {
  if (evidences == MAX_EVIDENCE) return 0;
  const at = ARENA_EVIDENCE + <usize>evidences * EVIDENCE_SIZE;
  store<u32>(at, viewId, EVIDENCE_VIEW_AT);
  store<u32>(at, offset, EVIDENCE_OFFSET_AT);
  store<u32>(at, length, EVIDENCE_LENGTH_AT);
  return ++evidences;
}

/** Address of the evidence for a leaf; 0 when there is none. */
export function evidenceOf(leaf: u32): usize {
  if (!isHit(leaf)) return 0;
  const index: usize = load<u16>(ARENA_LEAF_EVIDENCE + ((<usize>leaf) << 1));
  return index == 0 ? 0 : ARENA_EVIDENCE + (index - 1) * EVIDENCE_SIZE;
}

function trigger(leaf: u32): void {
  const at = leafTable + <usize>leaf * LEAF_SIZE;
  const end = load<u32>(at + LEAF_SIZE, LEAF_TRIGGER_START_AT);
  const start = load<u32>(at, LEAF_TRIGGER_START_AT);
  charge(end - start);
  triggerSteps += end - start;
  for (let i = start; i < end; i++) {
    setBit(ARENA_RULE_CANDIDATES, number(SECTION_TRIGGERS, i));
  }
}
