/**
 * Which plan the current view follows. Views of one kind share a plan, but for those whose name some
 * selector of the program mentions: they are looked up in a hash table of names. The class number tells
 * views apart for which different leaves can be selected.
 */
import { equalBytes, equalFolded, foldByte } from '../bytes';
import {
  KIND_PLAN_FLAGS_AT,
  KIND_PLAN_IS_NAMED,
  KIND_PLAN_IS_PATTERNED,
  KIND_PLAN_PLAN_AT,
  KIND_PLAN_SIZE,
  KINDS,
  NAME_FIRST_PLAN_AT,
  NAME_FLAGS_AT,
  NAME_HASH_AT,
  NAME_IS_HAS_FIRST,
  NAME_KIND_AT,
  NAME_PLAN_AT,
  NAME_SIZE,
  NAME_TEXT_LEN_AT,
  NAME_TEXT_START_AT,
  SECTION_NAME_BUCKETS,
  SECTION_NAMES,
  SECTION_TEXT,
} from '../layout.gen';
import { count, number, record, table } from '../program/section';
import { kindPlanTable } from '../program/tables';
import { foldsNames } from '../request/fields';
import { charge } from '../steps';
import { namePatterns } from './name-patterns';
import { isFirst } from './target-set';
import { viewKind, viewNameAt, viewNameLen } from './view';

export let viewClass: u32 = 0;
export let viewPlan: u32 = 0;

/** Patterns that match the name are the upper eight bits of a class; a program has fewer names. */
const PATTERN_SHIFT: u32 = 24;

/** Sets `viewClass` and `viewPlan` for the current view. */
export function classify(): void {
  const entry = kindPlanTable + <usize>viewKind * KIND_PLAN_SIZE;
  viewClass = viewKind;
  viewPlan = load<u32>(entry, KIND_PLAN_PLAN_AT);
  const flags = load<u32>(entry, KIND_PLAN_FLAGS_AT);
  if ((flags & KIND_PLAN_IS_NAMED) != 0) lookUpName();
  if ((flags & KIND_PLAN_IS_PATTERNED) != 0) viewClass |= namePatterns() << PATTERN_SHIFT;
}

function lookUpName(): void {
  charge(1 + viewNameLen);
  const hash = hashName(viewKind, viewNameAt, viewNameLen);
  const bucket = hash & (count(SECTION_NAME_BUCKETS) - 1);
  const end = number(SECTION_NAME_BUCKETS, bucket + 1);
  for (let i = number(SECTION_NAME_BUCKETS, bucket); i < end; i++) {
    const name = record(SECTION_NAMES, i, NAME_SIZE);
    charge(1);
    if (load<u32>(name, NAME_HASH_AT) == hash && isSame(name)) {
      takeName(i, name);
      return;
    }
  }
}

function takeName(index: u32, name: usize): void {
  const hasFirst = (load<u8>(name, NAME_FLAGS_AT) & NAME_IS_HAS_FIRST) != 0;
  const first = hasFirst && isFirst();
  viewClass = <u32>KINDS + (index << 1) + <u32>first;
  viewPlan = first ? load<u32>(name, NAME_FIRST_PLAN_AT) : load<u32>(name, NAME_PLAN_AT);
}

function isSame(name: usize): bool {
  if (<i32>load<u8>(name, NAME_KIND_AT) != viewKind) return false;
  if (<u32>load<u16>(name, NAME_TEXT_LEN_AT) != viewNameLen) return false;
  charge(viewNameLen);
  const text = table(SECTION_TEXT) + load<u32>(name, NAME_TEXT_START_AT);
  return foldsNames(viewKind)
    ? equalFolded(viewNameAt, text, viewNameLen)
    : equalBytes(viewNameAt, text, viewNameLen);
}

/** FNV-1a over the kind and the name in lower case. */
function hashName(kind: i32, at: usize, length: u32): u32 {
  let hash: u32 = (0x811c9dc5 ^ <u32>kind) * 0x01000193;
  for (let i: u32 = 0; i < length; i++) {
    hash = (hash ^ foldByte(load<u8>(at + i))) * 0x01000193;
  }
  return hash;
}
