/** Checks the table of whole values and the references from literals to leaves. */
import {
  EXACT_SIZE,
  EXACT_TEXT_LEN_AT,
  EXACT_TEXT_START_AT,
  LEAF_OP_AT,
  LEAF_SIZE,
  LOAD_BAD_LITERAL,
  LOAD_OK,
  MAX_CLAUSES,
  OP_GLOB,
  OP_LITERAL,
  OP_REGEX,
  REF_CLAUSE_AT,
  REF_FLAGS_AT,
  REF_IS_ATOM,
  REF_IS_EXACT,
  REF_IS_GLOB,
  REF_LEAF_AT,
  REF_SIZE,
  REF_TEXT_LEN_AT,
  REF_TEXT_START_AT,
  SECTION_EXACT_BUCKETS,
  SECTION_EXACTS,
  SECTION_LEAVES,
  SECTION_REFS,
} from '../layout.gen';
import { runEnd, runStart } from './check-run';
import { checkPartition, isText } from './check-span';
import { count, record } from './section';

/** The number of buckets is a power of two: a hash is cut down to it with a mask. */
export function checkBuckets(): i32 {
  const buckets = count(SECTION_EXACT_BUCKETS);
  if (buckets == 0 || (buckets & (buckets - 1)) != 0) return LOAD_BAD_LITERAL;
  return checkPartition(SECTION_EXACT_BUCKETS, 4, 0, count(SECTION_EXACTS), LOAD_BAD_LITERAL);
}

export function checkExacts(): i32 {
  const start = runStart();
  const end = runEnd(count(SECTION_EXACTS));
  for (let i = start; i < end; i++) {
    const exact = record(SECTION_EXACTS, i, EXACT_SIZE);
    const text = load<u32>(exact, EXACT_TEXT_START_AT);
    if (!isText(text, load<u32>(exact, EXACT_TEXT_LEN_AT))) return LOAD_BAD_LITERAL;
  }
  return LOAD_OK;
}

export function checkRefs(): i32 {
  const start = runStart();
  const end = runEnd(count(SECTION_REFS));
  for (let i = start; i < end; i++) {
    const ref = record(SECTION_REFS, i, REF_SIZE);
    const leaf = load<u32>(ref, REF_LEAF_AT);
    if (leaf >= count(SECTION_LEAVES)) return LOAD_BAD_LITERAL;
    const flags = load<u8>(ref, REF_FLAGS_AT);
    const op: i32 = load<u8>(record(SECTION_LEAVES, leaf, LEAF_SIZE), LEAF_OP_AT);
    if (op != operatorOf(flags)) return LOAD_BAD_LITERAL;
    if (load<u8>(ref, REF_CLAUSE_AT) >= <u8>MAX_CLAUSES) return LOAD_BAD_LITERAL;
    if ((flags & REF_IS_EXACT) == 0) continue;
    const text = load<u32>(ref, REF_TEXT_START_AT);
    if (!isText(text, load<u16>(ref, REF_TEXT_LEN_AT))) return LOAD_BAD_LITERAL;
  }
  return LOAD_OK;
}

/** The operator of the leaves that a reference with these flags may name. */
function operatorOf(flags: u32): i32 {
  if ((flags & REF_IS_ATOM) != 0) return OP_REGEX;
  return (flags & REF_IS_GLOB) != 0 ? OP_GLOB : OP_LITERAL;
}
