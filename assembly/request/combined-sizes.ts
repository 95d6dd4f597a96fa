/**
 * Sums over what a request is split into: `args.combined_size` (names and values of parameters, form
 * fields and JSON values) and `files.combined_size` (contents of files). They are fields among the whole
 * parts, so that no flood pushes them out, and get their text when everything has been split. Values for
 * which the table of fields had no room are not part of the first sum.
 */
import {
  FIELD_KIND_AT,
  FIELD_NAME_LEN_AT,
  FIELD_VALUE_AT_AT,
  FIELD_VALUE_LEN_AT,
  KIND_ARGS_COMBINED_SIZE,
  KIND_BODY_FORM,
  KIND_BODY_JSON,
  KIND_FILES_COMBINED_SIZE,
  KIND_QUERY,
} from '../layout.gen';
import { programUses } from '../program/header';
import { charge } from '../steps';
import { addPlain, fieldAt, fieldCount } from './fields';
import { NUMBER_ARGS, NUMBER_FILES, numberTextAt, writeNumber } from './number-text';

/** Addresses of the two fields; 0: no rule looks at it. */
let argsField: usize = 0;
let filesField: usize = 0;
let fileBytes: u32 = 0;

export function reserveSizes(): void {
  fileBytes = 0;
  argsField = reserve(KIND_ARGS_COMBINED_SIZE);
  filesField = reserve(KIND_FILES_COMBINED_SIZE);
}

function reserve(kind: i32): usize {
  if (!programUses(kind)) return 0;
  const field = fieldAt(fieldCount());
  return addPlain(kind, 0, 0) ? field : 0;
}

/** A file of a multipart body has been found. */
export function addFileBytes(bytes: u32): void {
  fileBytes += bytes;
}

export function writeSizes(): void {
  if (argsField != 0) setText(argsField, NUMBER_ARGS, argumentBytes());
  if (filesField != 0) setText(filesField, NUMBER_FILES, fileBytes);
}

function argumentBytes(): u32 {
  const fields = fieldCount();
  let bytes: u32 = 0;
  charge(fields);
  for (let i: u32 = 0; i < fields; i++) {
    const field = fieldAt(i);
    const kind: i32 = load<u32>(field, FIELD_KIND_AT);
    if (kind != KIND_QUERY && kind != KIND_BODY_FORM && kind != KIND_BODY_JSON) continue;
    bytes += load<u32>(field, FIELD_NAME_LEN_AT) + load<u32>(field, FIELD_VALUE_LEN_AT);
  }
  return bytes;
}

function setText(field: usize, place: u32, value: u32): void {
  store<u32>(field, <u32>numberTextAt(place), FIELD_VALUE_AT_AT);
  store<u32>(field, writeNumber(place, value), FIELD_VALUE_LEN_AT);
}
