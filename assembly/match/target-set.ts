/** Does a set of targets select the current view? Answered once per view and set, then remembered. */
import { equalBytes, equalFolded } from '../bytes';
import {
  ARENA_SET_MEMBERS,
  FIELD_FIRST_AT,
  FIELD_KIND_AT,
  FIELD_NAME_AT_AT,
  FIELD_NAME_LEN_AT,
  FIRST_NO,
  FIRST_UNKNOWN,
  FIRST_YES,
  SECTION_SELECTORS,
  SECTION_TARGET_SETS,
  SECTION_TEXT,
  SELECTOR_FLAGS_AT,
  SELECTOR_IS_EXCEPT,
  SELECTOR_IS_FIRST,
  SELECTOR_IS_NAMED,
  SELECTOR_IS_PATTERN,
  SELECTOR_KIND_AT,
  SELECTOR_NAME_LEN_AT,
  SELECTOR_NAME_START_AT,
  SELECTOR_SIZE,
  TARGET_SET_KINDS_AT,
  TARGET_SET_SELECTOR_START_AT,
  TARGET_SET_SIZE,
} from '../layout.gen';
import { record, table } from '../program/section';
import { fieldAt, foldsNames } from '../request/fields';
import { charge } from '../steps';
import { namePatterns } from './name-patterns';
import { viewId, viewKind, viewNameAt, viewNameLen, viewSerial } from './view';

/** Entry of the memory: serial of the view doubled, plus one for yes. */
export function selectsView(set: u32): bool {
  const memo = ARENA_SET_MEMBERS + ((<usize>set) << 2);
  const known = load<u32>(memo);
  if (known >> 1 == viewSerial) return (known & 1) != 0;
  const selected = evaluate(set);
  store<u32>(memo, (viewSerial << 1) | (selected ? 1 : 0));
  return selected;
}

/** Some selector includes the view and no exception takes it out. */
function evaluate(set: u32): bool {
  const at = record(SECTION_TARGET_SETS, set, TARGET_SET_SIZE);
  charge(1);
  if (((load<u64>(at, TARGET_SET_KINDS_AT) >> <u64>viewKind) & 1) == 0) return false;
  const end = load<u32>(at + TARGET_SET_SIZE, TARGET_SET_SELECTOR_START_AT);
  let selected = false;
  for (let i = load<u32>(at, TARGET_SET_SELECTOR_START_AT); i < end; i++) {
    const selector = record(SECTION_SELECTORS, i, SELECTOR_SIZE);
    const isException = (load<u8>(selector, SELECTOR_FLAGS_AT) & SELECTOR_IS_EXCEPT) != 0;
    if (selected != isException) continue;
    if (isSelected(selector)) {
      if (isException) return false;
      selected = true;
    }
  }
  return selected;
}

function isSelected(selector: usize): bool {
  charge(1);
  if (<i32>load<u8>(selector, SELECTOR_KIND_AT) != viewKind) return false;
  const flags = load<u8>(selector, SELECTOR_FLAGS_AT);
  if ((flags & SELECTOR_IS_PATTERN) != 0) {
    return ((namePatterns() >> load<u32>(selector, SELECTOR_NAME_START_AT)) & 1) != 0;
  }
  if ((flags & SELECTOR_IS_NAMED) == 0) return true;
  const name = table(SECTION_TEXT) + load<u32>(selector, SELECTOR_NAME_START_AT);
  const length: u32 = load<u16>(selector, SELECTOR_NAME_LEN_AT);
  // The same for every name: views that share a plan have to cost the same.
  charge(length);
  if (!isNameEqual(viewKind, viewNameAt, viewNameLen, name, length)) return false;
  return (flags & SELECTOR_IS_FIRST) == 0 || isFirst();
}

/** Header names are equal without regard to case, all others byte by byte. */
function isNameEqual(kind: i32, name: usize, nameLen: u32, other: usize, otherLen: u32): bool {
  if (nameLen != otherLen) return false;
  return foldsNames(kind) ? equalFolded(name, other, nameLen) : equalBytes(name, other, nameLen);
}

/** No earlier field of this kind has the same name. Found out once per field and request. */
export function isFirst(): bool {
  const index = viewId >> 1;
  const own = fieldAt(index);
  if (load<u32>(own, FIELD_FIRST_AT) == FIRST_UNKNOWN) {
    store<u32>(own, hasNamesake(index) ? FIRST_NO : FIRST_YES, FIELD_FIRST_AT);
  }
  return load<u32>(own, FIELD_FIRST_AT) == FIRST_YES;
}

/** Some field before `index` has the kind and name of the current view. */
function hasNamesake(index: u32): bool {
  for (let i: u32 = 0; i < index; i++) {
    const field = fieldAt(i);
    charge(1);
    if (<i32>load<u32>(field, FIELD_KIND_AT) != viewKind) continue;
    const name = load<u32>(field, FIELD_NAME_AT_AT);
    const length = load<u32>(field, FIELD_NAME_LEN_AT);
    if (length == viewNameLen) charge(length);
    if (isNameEqual(viewKind, name, length, viewNameAt, viewNameLen)) return true;
  }
  return false;
}
