/**
 * Runs a complete DFA: one table look-up per byte.
 *
 * A state is the offset of its row in the regex's table, in bytes: row [state], column [class], and a
 * last column for the end of the text. Two offsets are no rows: DEAD and MATCHED. Classes are numbered
 * so that the idle state, in which nothing of the pattern has begun, stays idle on the highest ones.
 */
import {
  CLASS_MAP_SIZE,
  NONE,
  REGEX_BUSY_CLASSES_AT,
  REGEX_CELL_START_AT,
  REGEX_CLASS_MAP_AT,
  REGEX_CLASSES_AT,
  REGEX_IDLE_AT,
  REGEX_START_AT,
  SECTION_CLASS_MAPS,
  SECTION_DFA_CELLS,
} from '../../layout.gen';
import { record, table } from '../../program/section';
import { charge, exhausted } from '../../steps';
import { nextRareByte } from '../rare-bytes';
import { NO_MATCH } from './outcome';

const MATCHED: u32 = 2;
const FIRST_ROW: u32 = 4;
/** Bytes between two looks at the budget. */
const STRETCH: usize = 1024;

let cells: usize = 0;
let classMap: usize = 0;
let idle: u32 = 0;
let busyClasses: u32 = 0;
/** The state in which the last walk ended. */
let state: u32 = 0;

function open(regex: usize): void {
  cells = table(SECTION_DFA_CELLS) + ((<usize>load<u32>(regex, REGEX_CELL_START_AT)) << 1);
  classMap = record(SECTION_CLASS_MAPS, load<u32>(regex, REGEX_CLASS_MAP_AT), CLASS_MAP_SIZE);
  state = load<u32>(regex, REGEX_START_AT);
  idle = load<u32>(regex, REGEX_IDLE_AT);
  busyClasses = load<u32>(regex, REGEX_BUSY_CLASSES_AT);
}

/** The offset behind the byte that decided, or NO_MATCH. One step per byte, and one for the run. */
export function runDfa(regex: usize, at: usize, length: u32): i32 {
  open(regex);
  charge(1);
  const end = at + length;
  let p = at;
  while (p < end && state >= FIRST_ROW) {
    const from = p;
    p = walk(p, end - p > STRETCH ? p + STRETCH : end);
    charge(<u32>(p - from));
    if (exhausted()) break;
  }
  if (exhausted()) return NO_MATCH;
  if (state >= FIRST_ROW) {
    state = load<u16>(cells + state + ((<usize>load<u16>(regex, REGEX_CLASSES_AT)) << 1));
  }
  return state == MATCHED ? <i32>(p - at) : NO_MATCH;
}

/** Where the run of `runDfaNear` was idle again. */
export let nearEnd: u32 = 0;

/**
 * As runDfa, for the matches that begin at `from` or later and before the state is idle again behind
 * `least`. Before `floor` nothing is read; the state there is known: nothing has begun, or the start of
 * the text. Sets `nearEnd`. The expression has an idle state.
 */
export function runDfaNear(
  regex: usize,
  at: usize,
  length: u32,
  floor: u32,
  from: u32,
  least: u32,
): i32 {
  open(regex);
  const end = at + length;
  let p = at + max(floor, from);
  // Behind a byte that leaves the idle state idle, whatever begins later begins in that state.
  while (p > at + floor && <u32>load<u8>(classMap + load<u8>(p - 1)) < busyClasses) p--;
  charge(1 + (max(floor, from) - <u32>(p - at)));
  if (p > at) state = idle;
  const begin = p;
  p = walkNear(p, at + least, end);
  charge(<u32>(p - begin));
  nearEnd = <u32>(p - at);
  if (exhausted()) return NO_MATCH;
  if (p == end && state >= FIRST_ROW) {
    state = load<u16>(cells + state + ((<usize>load<u16>(regex, REGEX_CLASSES_AT)) << 1));
  }
  return state == MATCHED ? <i32>(p - at) : NO_MATCH;
}

/**
 * As runDfa, for an expression whose idle state is left by rare bytes only, and the current output: from
 * one rare byte to the next nothing of the pattern can begin.
 */
export function runDfaSparse(regex: usize, at: usize, length: u32): i32 {
  open(regex);
  charge(1);
  const end = at + length;
  let p = at;
  while (state >= FIRST_ROW) {
    const from = p;
    p = walkNear(p, p, end);
    charge(<u32>(p - from));
    if (state != idle || exhausted()) break;
    p = at + nextRareByte(<u32>(p - at));
    if (p == end) break;
    p = walkNear(p, p + 1, end);
    charge(1);
  }
  if (exhausted()) return NO_MATCH;
  if (state >= FIRST_ROW) {
    state = load<u16>(cells + state + ((<usize>load<u16>(regex, REGEX_CLASSES_AT)) << 1));
  }
  return state == MATCHED ? <i32>(p - at) : NO_MATCH;
}

function walkNear(from: usize, least: usize, end: usize): usize {
  const rows = cells;
  const map = classMap;
  let current = state;
  let p = from;
  while (p < end && (current != idle || p < least)) {
    current = load<u16>(rows + current + ((<usize>load<u8>(map + load<u8>(p))) << 1));
    p++;
    if (current < FIRST_ROW) break;
  }
  state = current;
  return p;
}

/** Reads bytes until the state is decided or the stretch is over; returns where it stopped. */
function walk(from: usize, end: usize): usize {
  const rows = cells;
  const map = classMap;
  const resting = idle;
  const busy = busyClasses;
  let current = state;
  let p = from;
  while (p < end) {
    if (current == resting) {
      while (<u32>load<u8>(map + load<u8>(p)) >= busy) if (++p == end) break;
      if (p == end) break;
    }
    current = load<u16>(rows + current + ((<usize>load<u8>(map + load<u8>(p))) << 1));
    p++;
    if (current < FIRST_ROW) break;
  }
  state = current;
  return p;
}

/** The last offset, not behind `length`, at which nothing of the pattern had begun; else 0. */
export function locateDfa(regex: usize, at: usize, length: u32): u32 {
  open(regex);
  let from: u32 = 0;
  if (idle == NONE) return from;
  for (let i: u32 = 0; i < length && state >= FIRST_ROW; i++) {
    state = load<u16>(cells + state + ((<usize>load<u8>(classMap + load<u8>(at + i))) << 1));
    if (state == idle) from = i + 1;
  }
  return from;
}
