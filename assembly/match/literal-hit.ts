/**
 * A literal was found in the current scan: tells the leaves that refer to it. The literal is known to
 * occur in folded case; a reference may ask for more (exact case, position, the whole pattern).
 */
import { equalBytes } from '../bytes';
import {
  ARENA_CHAIN_STAMPS,
  COUNT_UNBOUNDED,
  LEAF_CHAIN_AT,
  LEAF_COUNT_MAX_AT,
  LEAF_COUNT_MIN_AT,
  LEAF_OPERAND_AT,
  LEAF_QUANTIFIER_AT,
  LEAF_SIZE,
  LEAF_TARGET_SET_AT,
  QUANTIFIER_COUNT,
  REF_FLAGS_AT,
  REF_IS_AT_END,
  REF_IS_AT_START,
  REF_IS_EXACT,
  REF_IS_GLOB,
  REF_LEAF_AT,
  REF_SIZE,
  REF_TEXT_LEN_AT,
  REF_TEXT_START_AT,
  SECTION_LEAVES,
  SECTION_REFS,
  SECTION_TEXT,
} from '../layout.gen';
import { record, table } from '../program/section';
import { charge } from '../steps';
import { globMatches } from './glob';
import { hit, isHit, isStamped, stamp } from './leaf-state';
import { selectsView } from './target-set';

/** The output that is scanned now. */
let outputAt: usize = 0;
let outputLen: u32 = 0;
let scan: u32 = 0;

export function startScan(at: usize, length: u32, serial: u32): void {
  outputAt = at;
  outputLen = length;
  scan = serial;
}

/** References [from, to) of a literal that ends before `end` (offset in the output). */
export function literalFound(from: u32, to: u32, end: u32): void {
  for (let i = from; i < to; i++) {
    charge(1);
    refer(record(SECTION_REFS, i, REF_SIZE), end);
  }
}

function refer(ref: usize, end: u32): void {
  const flags = load<u8>(ref, REF_FLAGS_AT);
  const length: u32 = load<u16>(ref, REF_TEXT_LEN_AT);
  if (length > end) return;
  if ((flags & REF_IS_AT_START) != 0 && length != end) return;
  if ((flags & REF_IS_AT_END) != 0 && end != outputLen) return;
  const leaf = load<u32>(ref, REF_LEAF_AT);
  if (!isWanted(leaf)) return;
  if ((flags & REF_IS_EXACT) != 0 && !isExact(ref, end - length, length)) return;
  if ((flags & REF_IS_GLOB) == 0) {
    stamp(leaf, scan);
    hit(leaf, end - length, length);
    return;
  }
  stamp(leaf, scan);
  const pattern = load<u32>(record(SECTION_LEAVES, leaf, LEAF_SIZE), LEAF_OPERAND_AT);
  if (globMatches(pattern, outputAt, outputLen)) hit(leaf, 0, outputLen);
}

/** The leaf reads this output of this view, and more about it is worth knowing. */
function isWanted(leaf: u32): bool {
  if (isStamped(leaf, scan)) return false;
  const at = record(SECTION_LEAVES, leaf, LEAF_SIZE);
  const chain: usize = load<u16>(at, LEAF_CHAIN_AT);
  if (load<u32>(ARENA_CHAIN_STAMPS + (chain << 2)) != scan) return false;
  if (isHit(leaf) && !isCounted(at)) return false;
  return selectsView(load<u16>(at, LEAF_TARGET_SET_AT));
}

/** True when one hit does not settle the leaf. */
function isCounted(leaf: usize): bool {
  if (<i32>load<u8>(leaf, LEAF_QUANTIFIER_AT) != QUANTIFIER_COUNT) return true;
  const least = load<u16>(leaf, LEAF_COUNT_MIN_AT);
  const most: u32 = load<u16>(leaf, LEAF_COUNT_MAX_AT);
  return least > 1 || (most > 0 && most < COUNT_UNBOUNDED);
}

function isExact(ref: usize, offset: u32, length: u32): bool {
  charge(length);
  const text = table(SECTION_TEXT) + load<u32>(ref, REF_TEXT_START_AT);
  return equalBytes(outputAt + offset, text, length);
}
