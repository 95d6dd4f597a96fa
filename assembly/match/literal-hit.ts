/**
 * A literal was found in the current output: tells the leaves that refer to it. The literal is known to
 * occur in folded case; a reference may ask for more (exact case, position, the whole pattern).
 */
import { equalBytes } from '../bytes';
import {
  ARENA_CHAIN_STAMPS,
  LEAF_CHAIN_AT,
  LEAF_OPERAND_AT,
  LEAF_SIZE,
  LEAF_TARGET_SET_AT,
  REF_CLAUSE_AT,
  REF_FLAGS_AT,
  REF_IS_AT_END,
  REF_IS_AT_START,
  REF_IS_ATOM,
  REF_IS_EXACT,
  REF_IS_GLOB,
  REF_LEAF_AT,
  REF_SIZE,
  REF_TEXT_LEN_AT,
  REF_TEXT_START_AT,
  SECTION_TEXT,
} from '../layout.gen';
import { table } from '../program/section';
import { leafTable, refTable } from '../program/tables';
import { charge } from '../steps';
import { globMatches } from './glob';
import { hit, isSettled, isStamped, stamp } from './leaf-state';
import { outputAt, outputLen, outputSerial } from './output';
import { isArmed, literalOfClause } from './regex-test';
import { isOldNews } from './repetition';
import { selectsView } from './target-set';

/** References [from, to) of a literal that ends before `end` (offset in the output). */
export function literalFound(from: u32, to: u32, end: u32): void {
  if (isOldNews(from, to)) return;
  charge(to - from);
  for (let i = from; i < to; i++) refer(refTable + <usize>i * REF_SIZE, end);
}

function refer(ref: usize, end: u32): void {
  const flags: u32 = load<u8>(ref, REF_FLAGS_AT);
  const leaf = load<u32>(ref, REF_LEAF_AT);
  if ((flags & REF_IS_ATOM) == 0) settle(ref, flags, leaf, end);
  else if (isArmed(leaf) || isReadHere(leafTable + <usize>leaf * LEAF_SIZE)) {
    literalOfClause(leaf, load<u8>(ref, REF_CLAUSE_AT), end);
  }
}

/** The reference of a leaf that the literal decides. */
function settle(ref: usize, flags: u32, leaf: u32, end: u32): void {
  const length: u32 = load<u16>(ref, REF_TEXT_LEN_AT);
  if (length > end) return;
  if ((flags & REF_IS_AT_START) != 0 && length != end) return;
  if ((flags & REF_IS_AT_END) != 0 && end != outputLen) return;
  if (isStamped(leaf, outputSerial)) return;
  const at = leafTable + <usize>leaf * LEAF_SIZE;
  if (!isReadHere(at) || isSettled(leaf, at)) return;
  if ((flags & REF_IS_EXACT) != 0 && !isExact(ref, end - length, length)) return;
  stamp(leaf, outputSerial);
  if ((flags & REF_IS_GLOB) == 0) hit(leaf, end - length, length);
  else if (globMatches(load<u32>(at, LEAF_OPERAND_AT), outputAt, outputLen))
    hit(leaf, 0, outputLen);
}

/** The leaf looks at the current view in the form that the current output has. */
function isReadHere(leaf: usize): bool {
  const chain: usize = load<u16>(leaf, LEAF_CHAIN_AT);
  if (load<u32>(ARENA_CHAIN_STAMPS + (chain << 2)) != outputSerial) return false;
  return selectsView(load<u16>(leaf, LEAF_TARGET_SET_AT));
}

function isExact(ref: usize, offset: u32, length: u32): bool {
  charge(length);
  const text = table(SECTION_TEXT) + load<u32>(ref, REF_TEXT_START_AT);
  return equalBytes(outputAt + offset, text, length);
}
