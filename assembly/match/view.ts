/**
 * The value that is looked at now: one field's value, or its name. Serial numbers tell views, and the
 * scans of their transformed forms, apart; they only ever grow, so nothing has to be cleared in between.
 */
import {
  ARENA_CHAIN_STAMPS,
  ARENA_LEAF_STAMPS,
  ARENA_SET_MEMBERS,
  FIELD_KIND_AT,
  FIELD_NAME_AT_AT,
  FIELD_NAME_LEN_AT,
  FIELD_VALUE_AT_AT,
  FIELD_VALUE_LEN_AT,
  MAX_CHAINS,
  MAX_LEAVES,
  MAX_TARGET_SETS,
} from '../layout.gen';
import { fieldAt } from '../request/fields';
import { clearRepetitions } from './repetition';

/** A request uses far fewer serials than lie above this mark. */
const SERIAL_MARK: u32 = 0x3fff_ffff;

let serial: u32 = 0;

/** Field index doubled, plus one for the name. */
export let viewId: u32 = 0;
export let viewSerial: u32 = 0;
export let viewKind: i32 = 0;
export let viewAt: usize = 0;
export let viewLen: u32 = 0;
/** Name of the field, whichever of the two is looked at. */
export let viewNameAt: usize = 0;
export let viewNameLen: u32 = 0;

/** Between requests: starts the numbers over before they could wrap. */
export function renewSerials(): void {
  if (serial < SERIAL_MARK) return;
  memory.fill(ARENA_LEAF_STAMPS, 0, (<usize>MAX_LEAVES) << 2);
  memory.fill(ARENA_CHAIN_STAMPS, 0, (<usize>MAX_CHAINS) << 2);
  memory.fill(ARENA_SET_MEMBERS, 0, (<usize>MAX_TARGET_SETS) << 2);
  clearRepetitions();
  serial = 0;
}

export function nextSerial(): u32 {
  return ++serial;
}

export function viewValue(index: u32): void {
  const field = fieldAt(index);
  open(index << 1, load<u32>(field, FIELD_KIND_AT), field);
  viewAt = load<u32>(field, FIELD_VALUE_AT_AT);
  viewLen = load<u32>(field, FIELD_VALUE_LEN_AT);
}

export function viewName(index: u32): void {
  const field = fieldAt(index);
  open((index << 1) | 1, load<u32>(field, FIELD_KIND_AT) + 1, field);
  viewAt = viewNameAt;
  viewLen = viewNameLen;
}

/** Makes the view with this id current again. */
export function viewOf(id: u32): void {
  if ((id & 1) == 0) viewValue(id >> 1);
  else viewName(id >> 1);
}

function open(id: u32, kind: i32, field: usize): void {
  viewId = id;
  viewKind = kind;
  viewNameAt = load<u32>(field, FIELD_NAME_AT_AT);
  viewNameLen = load<u32>(field, FIELD_NAME_LEN_AT);
  viewSerial = nextSerial();
}
