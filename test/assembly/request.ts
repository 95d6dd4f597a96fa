/** What reading a request gives, for tests: its table of fields, its truncation, its steps. */
import {
  ARENA_FIELDS,
  HEADER_KINDS_AT,
  HEADER_RESPONSE_KINDS_AT,
  PROGRAM_BASE,
  REQUEST_MAX_RECORD_BYTES,
} from '../../assembly/layout.gen';
import { fieldCount, isTruncated } from '../../assembly/request/fields';
import { readRequest } from '../../assembly/request/read-request';
import { exhausted, startSteps, stepsUsed } from '../../assembly/steps';

/** Stands in for a program that looks at these kinds, one bit each. */
export function use_kinds(kinds: u64): void {
  store<u64>(PROGRAM_BASE, kinds, HEADER_KINDS_AT);
  store<u64>(PROGRAM_BASE, kinds, HEADER_RESPONSE_KINDS_AT);
}

/** Returns the number of fields, -1 when the bytes are no request. */
export function read(at: usize, length: u32, maxSteps: u32): i32 {
  startSteps(maxSteps);
  return readRequest(at, length) ? <i32>fieldCount() : -1;
}

/** Reads the same record many times, to measure it. */
export function read_often(length: u32, times: u32): void {
  for (let i: u32 = 0; i < times; i++) {
    startSteps(REQUEST_MAX_RECORD_BYTES << 4);
    readRequest(0, length);
  }
}

export function fields(): usize {
  return ARENA_FIELDS;
}

export function is_truncated(): bool {
  return isTruncated();
}

export function is_exhausted(): bool {
  return exhausted();
}

export function steps(): u32 {
  return stepsUsed();
}
