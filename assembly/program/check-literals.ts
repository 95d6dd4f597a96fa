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
  SECTION_OVERLAY_BUCKETS,
  SECTION_OVERLAY_EXACTS,
  SECTION_REFS,
} from '../layout.gen';
import { runEnd, runStart } from './check-run';
import { checkPartition, isText } from './check-span';
import { count, record } from './section';

export const LITERAL_STAGES: u32 = 7;

/** Goes on with a stage of the check where it stands (check-run.ts). */
export function checkLiteralStage(stage: u32): i32 {
  switch (stage) {
    case 0:
      return checkBuckets(SECTION_EXACT_BUCKETS, SECTION_EXACTS);
    case 1:
      return checkRefColumn(SECTION_EXACTS);
    case 2:
      return checkExacts(SECTION_EXACTS);
    case 3:
      return checkBuckets(SECTION_OVERLAY_BUCKETS, SECTION_OVERLAY_EXACTS);
    case 4:
      return checkRefColumn(SECTION_OVERLAY_EXACTS);
    case 5:
      return checkExacts(SECTION_OVERLAY_EXACTS);
    default:
      return checkRefs();
  }
}

/** The number of buckets is a power of two: a hash is cut down to it with a mask. */
function checkBuckets(section: u32, exacts: u32): i32 {
  const buckets = count(section);
  const isAbsent = section == SECTION_OVERLAY_BUCKETS && count(exacts) == 0;
  if (!isAbsent && (buckets == 0 || (buckets & (buckets - 1)) != 0)) return LOAD_BAD_LITERAL;
  return checkPartition(section, 4, 0, count(exacts), LOAD_BAD_LITERAL);
}

function checkRefColumn(exacts: u32): i32 {
  return checkPartition(
    exacts,
    EXACT_SIZE,
    EXACT_REF_START_AT,
    count(SECTION_REFS),
    LOAD_BAD_LITERAL,
  );
}

function checkExacts(section: u32): i32 {
  const start = runStart();
  const end = runEnd(count(section));
  for (let i = start; i < end; i++) {
    const exact = record(section, i, EXACT_SIZE);
    const text = load<u32>(exact, EXACT_TEXT_START_AT);
    if (!isText(text, load<u32>(exact, EXACT_TEXT_LEN_AT))) return LOAD_BAD_LITERAL;
  }
  return LOAD_OK;
}

function checkRefs(): i32 {
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
