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
  KIND_BODY_JSON,
  KIND_BODY_XML_ATTRIBUTES,
  KIND_COOKIES,
  KIND_FACTS,
  KIND_FILES,
  KIND_HEADERS,
  KIND_HEADERS_NAMES,
  KIND_PART_HEADERS,
  KIND_PART_HEADERS_NAMES,
  KIND_QUERY,
  KIND_RESPONSE_HEADERS,
  KIND_RESPONSE_HEADERS_NAMES,
  REQUEST_MAX_VALUES,
} from '../layout.gen';
import { charge } from '../steps';

/** One bit for every kind whose fields have a name. */
const NAMED: u64 =
  ((<u64>1) << (<u64>KIND_QUERY)) |
  ((<u64>1) << (<u64>KIND_HEADERS)) |
  ((<u64>1) << (<u64>KIND_COOKIES)) |
  ((<u64>1) << (<u64>KIND_BODY_FORM)) |
  ((<u64>1) << (<u64>KIND_BODY_JSON)) |
  ((<u64>1) << (<u64>KIND_FILES)) |
  ((<u64>1) << (<u64>KIND_PART_HEADERS)) |
  ((<u64>1) << (<u64>KIND_BODY_XML_ATTRIBUTES)) |
  ((<u64>1) << (<u64>KIND_FACTS)) |
  ((<u64>1) << (<u64>KIND_RESPONSE_HEADERS));

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
  return ((NAMED >> <u64>kind) & 1) != 0;
}

/** Kinds whose names are equal in any case. */
export function foldsNames(kind: i32): bool {
  return (
    kind == KIND_HEADERS ||
    kind == KIND_HEADERS_NAMES ||
    kind == KIND_PART_HEADERS ||
    kind == KIND_PART_HEADERS_NAMES ||
    kind == KIND_RESPONSE_HEADERS ||
    kind == KIND_RESPONSE_HEADERS_NAMES
  );
}

/** Returns false when the table is full. The last place is kept for `addLast`. */
export function addNamed(
  kind: i32,
  nameAt: usize,
  nameLen: u32,
  valueAt: usize,
  valueLen: u32,
): bool {
  if (fields >= REQUEST_MAX_VALUES - 1) {
    truncated = true;
    return false;
  }
  write(kind, nameAt, nameLen, valueAt, valueLen);
  return true;
}

export function addPlain(kind: i32, valueAt: usize, valueLen: u32): bool {
  return addNamed(kind, 0, 0, valueAt, valueLen);
}

/** The one field that a flood of others cannot push out. */
export function addLast(kind: i32, valueAt: usize, valueLen: u32): void {
  write(kind, 0, 0, valueAt, valueLen);
}

function write(kind: i32, nameAt: usize, nameLen: u32, valueAt: usize, valueLen: u32): void {
  charge(1);
  const field = fieldAt(fields++);
  store<u32>(field, kind, FIELD_KIND_AT);
  store<u32>(field, <u32>nameAt, FIELD_NAME_AT_AT);
  store<u32>(field, nameLen, FIELD_NAME_LEN_AT);
  store<u32>(field, <u32>valueAt, FIELD_VALUE_AT_AT);
  store<u32>(field, valueLen, FIELD_VALUE_LEN_AT);
  store<u32>(field, FIRST_UNKNOWN, FIELD_FIRST_AT);
}
