/**
 * What a group of a regular expression captured: the leftmost match, and of those that begin there the
 * one that Perl prefers. All ways through the expression are followed side by side (Pike), in the order
 * of preference, so time is linear in the text. One run finds one group.
 *
 *   capture_threads   steps that wait for the next byte, with what they have captured so far
 *   capture_others    the same for the byte after it
 *   capture_stack     forks whose second way is still to be taken
 *   capture_marks     u32 per step: 1 + the offset for which it was reached last
 */
import { bitIsSet } from '../../bits';
import {
  ARENA_CAPTURE_MARKS,
  ARENA_CAPTURE_OTHERS,
  ARENA_CAPTURE_STACK,
  ARENA_CAPTURE_THREADS,
  ASSERTION_LINE_END,
  ASSERTION_LINE_START,
  ASSERTION_TEXT_END,
  ASSERTION_TEXT_START,
  ASSERTION_WORD,
  BYTE_SET_SIZE,
  CAPTURE_OP_ASSERT,
  CAPTURE_OP_BYTE,
  CAPTURE_OP_FORK,
  CAPTURE_OP_MATCH,
  CAPTURE_OP_SAVE,
  CAPTURE_SIZE,
  CAPTURE_STEP_NEXT_AT,
  CAPTURE_STEP_NUMBER_AT,
  CAPTURE_STEP_OP_AT,
  CAPTURE_STEP_OTHER_AT,
  CAPTURE_STEP_SET_AT,
  CAPTURE_STEP_SIZE,
  CAPTURE_STEP_START_AT,
  CAPTURE_THREAD_END_AT,
  CAPTURE_THREAD_SIZE,
  CAPTURE_THREAD_START_AT,
  CAPTURE_THREAD_STEP_AT,
  MAX_CAPTURE_STEPS,
  NONE,
  SECTION_BYTE_SETS,
  SECTION_CAPTURE_STEPS,
  SECTION_CAPTURES,
} from '../../layout.gen';
import { record } from '../../program/section';
import { charge, exhausted } from '../../steps';

/** The group that was found last: offset and length in the text. */
export let groupFrom: u32 = 0;
export let groupLen: u32 = 0;

/** The run under way: steps of the expression, the wanted group, the text. */
let steps: usize = 0;
let stepCount: u32 = 0;
let wanted: u32 = 0;
let textAt: usize = 0;
let textLen: u32 = 0;

/** Threads that are being collected. */
let list: usize = 0;
let listed: u32 = 0;
let found: bool = false;

/** False when nothing matches, when the group took no part in the match, and when the budget ends. */
export function findGroup(capture: u32, group: u32, at: usize, length: u32): bool {
  const here = record(SECTION_CAPTURES, capture, CAPTURE_SIZE);
  const start = load<u32>(here, CAPTURE_STEP_START_AT);
  steps = record(SECTION_CAPTURE_STEPS, start, CAPTURE_STEP_SIZE);
  stepCount = load<u32>(here + CAPTURE_SIZE, CAPTURE_STEP_START_AT) - start;
  if (stepCount == 0 || stepCount > MAX_CAPTURE_STEPS) return false;
  wanted = group;
  textAt = at;
  textLen = length;
  groupFrom = NONE;
  found = false;
  charge(stepCount);
  memory.fill(ARENA_CAPTURE_MARKS, 0, (<usize>stepCount) << 2);
  search();
  return found && groupFrom != NONE && !exhausted();
}

function search(): void {
  let free = ARENA_CAPTURE_OTHERS;
  list = ARENA_CAPTURE_THREADS;
  listed = 0;
  for (let offset: u32 = 0; offset <= textLen && !exhausted(); offset++) {
    if (!found) follow(0, NONE, NONE, offset);
    else if (listed == 0) return;
    const threads = list;
    const waiting = listed;
    list = free;
    listed = 0;
    free = threads;
    advance(threads, waiting, offset);
  }
}

/** Puts the byte at `offset` to all threads; a match cuts off those that are less preferred. */
function advance(threads: usize, count: u32, offset: u32): void {
  charge(1 + count);
  for (let i: u32 = 0; i < count; i++) {
    const thread = threads + <usize>i * CAPTURE_THREAD_SIZE;
    const step = stepAt(load<u32>(thread, CAPTURE_THREAD_STEP_AT));
    const from = load<u32>(thread, CAPTURE_THREAD_START_AT);
    const to = load<u32>(thread, CAPTURE_THREAD_END_AT);
    if (<i32>load<u8>(step, CAPTURE_STEP_OP_AT) == CAPTURE_OP_MATCH) {
      take(from, to);
      return;
    }
    if (offset < textLen && takesByte(step, load<u8>(textAt + offset))) {
      follow(load<u32>(step, CAPTURE_STEP_NEXT_AT), from, to, offset + 1);
    }
  }
}

function take(from: u32, to: u32): void {
  found = true;
  groupFrom = to == NONE ? NONE : from;
  groupLen = to - from;
}

function takesByte(step: usize, byte: u8): bool {
  const set = load<u16>(step, CAPTURE_STEP_SET_AT);
  return bitIsSet(record(SECTION_BYTE_SETS, set, BYTE_SET_SIZE), byte);
}

/** Makes all moves from `step` that consume nothing, the preferred way first. */
function follow(step: u32, from: u32, to: u32, offset: u32): void {
  let depth = push(0, step, from, to);
  while (depth > 0) {
    depth--;
    const top = ARENA_CAPTURE_STACK + <usize>depth * CAPTURE_THREAD_SIZE;
    const index = load<u32>(top, CAPTURE_THREAD_STEP_AT);
    charge(1);
    if (!isNew(index, offset)) continue;
    const start = load<u32>(top, CAPTURE_THREAD_START_AT);
    const end = load<u32>(top, CAPTURE_THREAD_END_AT);
    depth = move(depth, index, start, end, offset);
  }
}

/** Takes a step that consumes nothing, or lists one that does. Returns the depth of the stack. */
function move(depth: u32, index: u32, from: u32, to: u32, offset: u32): u32 {
  const step = stepAt(index);
  const next = load<u32>(step, CAPTURE_STEP_NEXT_AT);
  const number: u32 = load<u8>(step, CAPTURE_STEP_NUMBER_AT);
  switch (<i32>load<u8>(step, CAPTURE_STEP_OP_AT)) {
    case CAPTURE_OP_FORK:
      return push(push(depth, load<u32>(step, CAPTURE_STEP_OTHER_AT), from, to), next, from, to);
    case CAPTURE_OP_SAVE:
      if (number >> 1 != wanted) return push(depth, next, from, to);
      return (number & 1) == 0 ? push(depth, next, offset, NONE) : push(depth, next, from, offset);
    case CAPTURE_OP_ASSERT:
      return asserts(number, offset) ? push(depth, next, from, to) : depth;
    default:
      write(list + <usize>listed * CAPTURE_THREAD_SIZE, index, from, to);
      listed++;
      return depth;
  }
}

/** Steps of the compiler fit; others are dropped. */
function push(depth: u32, step: u32, from: u32, to: u32): u32 {
  if (depth >= MAX_CAPTURE_STEPS || step >= stepCount) return depth;
  write(ARENA_CAPTURE_STACK + <usize>depth * CAPTURE_THREAD_SIZE, step, from, to);
  return depth + 1;
}

function write(thread: usize, step: u32, from: u32, to: u32): void {
  store<u32>(thread, step, CAPTURE_THREAD_STEP_AT);
  store<u32>(thread, from, CAPTURE_THREAD_START_AT);
  store<u32>(thread, to, CAPTURE_THREAD_END_AT);
}

function stepAt(index: u32): usize {
  return steps + <usize>index * CAPTURE_STEP_SIZE;
}

/** A step that was reached for this offset before is reached in a less preferred way now. */
function isNew(index: u32, offset: u32): bool {
  const mark = ARENA_CAPTURE_MARKS + ((<usize>index) << 2);
  if (load<u32>(mark) == offset + 1) return false;
  store<u32>(mark, offset + 1);
  return true;
}

function asserts(assertion: i32, offset: u32): bool {
  switch (assertion) {
    case ASSERTION_TEXT_START:
      return offset == 0;
    case ASSERTION_TEXT_END:
      return offset == textLen;
    case ASSERTION_LINE_START:
      return offset == 0 || (offset < textLen && load<u8>(textAt + offset - 1) == 0x0a);
    case ASSERTION_LINE_END:
      return offset == textLen || load<u8>(textAt + offset) == 0x0a;
    default: {
      const isBoundary = isWordAt(offset, -1) != isWordAt(offset, 0);
      return isBoundary == (assertion == ASSERTION_WORD);
    }
  }
}

/** The byte before (-1) or behind (0) an offset is a letter, a digit or `_`. */
function isWordAt(offset: u32, side: i32): bool {
  if (side < 0 ? offset == 0 : offset == textLen) return false;
  const byte: u32 = load<u8>(textAt + offset + side);
  return (byte | 0x20) - 0x61 < 26 || byte - 0x30 < 10 || byte == 0x5f;
}
