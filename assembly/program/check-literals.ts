/** Checks the table of whole values and the references from literals to leaves. */
import {
  EXACT_REF_START_AT,
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
import { isPartition, isText } from './check-span';
import { count, record } from './section';

export function checkLiterals(): i32 {
  const buckets = count(SECTION_EXACT_BUCKETS);
  if (buckets == 0 || (buckets & (buckets - 1)) != 0) return LOAD_BAD_LITERAL;
  const exacts = count(SECTION_EXACTS);
  if (!isPartition(SECTION_EXACT_BUCKETS, 4, 0, exacts)) return LOAD_BAD_LITERAL;
  if (!isPartition(SECTION_EXACTS, EXACT_SIZE, EXACT_REF_START_AT, count(SECTION_REFS))) {
    return LOAD_BAD_LITERAL;
  }
  for (let i: u32 = 0; i < exacts; i++) {
    const exact = record(SECTION_EXACTS, i, EXACT_SIZE);
    const start = load<u32>(exact, EXACT_TEXT_START_AT);
    if (!isText(start, load<u32>(exact, EXACT_TEXT_LEN_AT))) return LOAD_BAD_LITERAL;
  }
  return checkRefs();
}

function checkRefs(): i32 {
  for (let i: u32 = 0, n = count(SECTION_REFS); i < n; i++) {
    const ref = record(SECTION_REFS, i, REF_SIZE);
    const leaf = load<u32>(ref, REF_LEAF_AT);
    if (leaf >= count(SECTION_LEAVES)) return LOAD_BAD_LITERAL;
    const flags = load<u8>(ref, REF_FLAGS_AT);
    const op: i32 = load<u8>(record(SECTION_LEAVES, leaf, LEAF_SIZE), LEAF_OP_AT);
    if (op != operatorOf(flags)) return LOAD_BAD_LITERAL;
    if (load<u8>(ref, REF_CLAUSE_AT) >= <u8>MAX_CLAUSES) return LOAD_BAD_LITERAL;
    if ((flags & REF_IS_EXACT) == 0) continue;
    const start = load<u32>(ref, REF_TEXT_START_AT);
    if (!isText(start, load<u16>(ref, REF_TEXT_LEN_AT))) return LOAD_BAD_LITERAL;
  }
  return LOAD_OK;
}

/** The operator of the leaves that a reference with these flags may name. */
function operatorOf(flags: u32): i32 {
  if ((flags & REF_IS_ATOM) != 0) return OP_REGEX;
  return (flags & REF_IS_GLOB) != 0 ? OP_GLOB : OP_LITERAL;
}
