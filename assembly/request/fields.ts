/**
 * The values of a request, as a flat table of fields: kind, name, value. A field with a name shows two
 * values to rules: its value under its kind, its name under the next kind (`headers.*`,
 * `headers.names`). What does not fit into the table is dropped and the request marked truncated.
 */
import {
  ARENA_FIELDS,
  FIELD_FIRST_AT,
  FIELD_KIND_AT,
  FIELD_NAME_AT_AT,
  FIELD_NAME_LEN_AT,
  FIELD_SIZE,
  FIELD_VALUE_AT_AT,
  FIELD_VALUE_LEN_AT,
  FIRST_UNKNOWN,
  KIND_BODY_FORM,
  KIND_COOKIES,
  KIND_HEADERS,
  KIND_QUERY,
  REQUEST_MAX_VALUES,
} from '../layout.gen';
import { charge } from '../steps';

let fields: u32 = 0;
let truncated: bool = false;

export function clearFields(): void {
  fields = 0;
  truncated = false;
}

export function fieldCount(): u32 {
  return fields;
}

export function isTruncated(): bool {
  return truncated;
}

/** Notes that something of the request was left out. */
export function markTruncated(): void {
  truncated = true;
}

export function fieldAt(index: u32): usize {
  return ARENA_FIELDS + <usize>index * FIELD_SIZE;
}

/** Kinds whose fields have a name; the names themselves are the kind after it. */
export function isNamed(kind: i32): bool {
  return (
    kind == KIND_QUERY || kind == KIND_HEADERS || kind == KIND_COOKIES || kind == KIND_BODY_FORM
  );
}

export function addNamed(
  kind: i32,
  nameAt: usize,
  nameLen: u32,
  valueAt: usize,
  valueLen: u32,
): void {
  charge(1);
  if (fields >= REQUEST_MAX_VALUES) {
    truncated = true;
    return;
  }
  const field = fieldAt(fields++);
  store<u32>(field, kind, FIELD_KIND_AT);
  store<u32>(field, <u32>nameAt, FIELD_NAME_AT_AT);
  store<u32>(field, nameLen, FIELD_NAME_LEN_AT);
  store<u32>(field, <u32>valueAt, FIELD_VALUE_AT_AT);
  store<u32>(field, valueLen, FIELD_VALUE_LEN_AT);
  store<u32>(field, FIRST_UNKNOWN, FIELD_FIRST_AT);
}

export function addPlain(kind: i32, valueAt: usize, valueLen: u32): void {
  addNamed(kind, 0, 0, valueAt, valueLen);
}
