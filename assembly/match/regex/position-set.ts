/**
 * Sets of a position automaton, and the step from one to the next.
 *
 * What may come after a position is its follow list; positions with the same list are alike once they
 * have been read. So a set is held as the numbers (u16) of its follow lists, in any order, each once.
 */

import { bitIsSet } from '../../bits';
import {
  BYTE_SET_SIZE,
  CLASS_MAP_SIZE,
  FOLLOW_DISPATCH_AT,
  FOLLOW_FLAGS_AT,
  FOLLOW_IS_LOOP,
  FOLLOW_IS_MATCH_AT_END,
  FOLLOW_ITEM_START_AT,
  FOLLOW_MATCH,
  FOLLOW_SIZE,
  NONE,
  POSITION_FOLLOW_AT,
  POSITION_SET_AT,
  POSITION_SIZE,
  REGEX_CLASS_MAP_AT,
  REGEX_FOLLOW_START_AT,
  REGEX_POSITION_START_AT,
  REGEX_SET_START_AT,
  SECTION_CLASS_MAPS,
  SECTION_DISPATCHES,
  SECTION_FOLLOW_ITEMS,
  SECTION_FOLLOWS,
  SECTION_NFA_SETS,
  SECTION_POSITIONS,
} from '../../layout.gen';
import { record, table } from '../../program/section';
import { MARKS_AT } from './arena';

/** The automaton that runs. */
export let classMap: usize = 0;
let positions: usize = 0;
let follows: usize = 0;
let sets: usize = 0;
let items: usize = 0;
let dispatches: usize = 0;

/** The set behind the last step: its size, its hash, whether it holds a match, what it took. */
export let setCount: u32 = 0;
export let setHash: u32 = 0;
export let setMatches: bool = false;
export let setWork: u32 = 0;

export function openAutomaton(regex: usize): void {
  const map = load<u32>(regex, REGEX_CLASS_MAP_AT);
  const position = load<u32>(regex, REGEX_POSITION_START_AT);
  classMap = record(SECTION_CLASS_MAPS, map, CLASS_MAP_SIZE);
  positions = record(SECTION_POSITIONS, position, POSITION_SIZE);
  follows = record(SECTION_FOLLOWS, load<u32>(regex, REGEX_FOLLOW_START_AT), FOLLOW_SIZE);
  sets = record(SECTION_NFA_SETS, load<u32>(regex, REGEX_SET_START_AT), BYTE_SET_SIZE);
  items = table(SECTION_FOLLOW_ITEMS);
  dispatches = table(SECTION_DISPATCHES);
}

/** The set of one follow list, written to `to`. */
export function startSet(follow: u32, to: usize): void {
  setCount = 0;
  setHash = 0;
  setMatches = false;
  setWork = 1;
  admit(follow, to);
}

/**
 * Writes the set that `count` follow lists at `from` lead to on a byte of `byteClass` to `to`, and
 * leaves its members marked. The work is 1, 1 for every list and 1 for every item looked at; it goes to
 * the end also after a match, so that it does not depend on the order of the set.
 */
export function stepSet(from: usize, count: u32, byteClass: u32, to: usize): void {
  setCount = 0;
  setHash = 0;
  setMatches = false;
  let work: u32 = 1 + count;
  for (let i: u32 = 0; i < count; i++) {
    const follow = follows + <usize>load<u16>(from + ((<usize>i) << 1)) * FOLLOW_SIZE;
    const first = load<u32>(follow, FOLLOW_ITEM_START_AT);
    const dispatch = load<u32>(follow, FOLLOW_DISPATCH_AT);
    if (dispatch == NONE) {
      const end = load<u32>(follow + FOLLOW_SIZE, FOLLOW_ITEM_START_AT);
      work += end - first;
      admitOfClass(first, end, byteClass, to);
    } else {
      const column = dispatches + ((<usize>(dispatch + byteClass)) << 2);
      const start = load<u32>(column);
      const end = load<u32>(column, 4);
      work += end - start;
      admitAll(first + start, first + end, to);
    }
  }
  setWork = work;
}

function admitOfClass(first: u32, end: u32, byteClass: u32, to: usize): void {
  for (let i = first; i < end; i++) {
    const position = positions + <usize>load<u16>(items + ((<usize>i) << 1)) * POSITION_SIZE;
    const set = sets + <usize>load<u16>(position, POSITION_SET_AT) * BYTE_SET_SIZE;
    if (bitIsSet(set, byteClass)) admit(load<u16>(position, POSITION_FOLLOW_AT), to);
  }
}

function admitAll(first: u32, end: u32, to: usize): void {
  for (let i = first; i < end; i++) {
    const position = positions + <usize>load<u16>(items + ((<usize>i) << 1)) * POSITION_SIZE;
    admit(load<u16>(position, POSITION_FOLLOW_AT), to);
  }
}

function admit(follow: u32, to: usize): void {
  if (follow == FOLLOW_MATCH) {
    setMatches = true;
    return;
  }
  const at = MARKS_AT + (follow >> 3);
  const byte = load<u8>(at);
  const bit = (<u8>1) << (<u8>follow & 7);
  if ((byte & bit) != 0) return;
  store<u8>(at, byte | bit);
  store<u16>(to + ((<usize>setCount) << 1), <u16>follow);
  setCount++;
  setHash += mix(follow);
}

/** Sums of mixed numbers do not depend on the order. */
function mix(value: u32): u32 {
  const spread = (value + 1) * 0x9e37_79b1;
  return (spread ^ (spread >> 15)) * 0x85eb_ca77;
}

/** Takes the marks off the last set. */
export function unmark(list: usize, count: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    store<u8>(MARKS_AT + (load<u16>(list + ((<usize>i) << 1)) >> 3), 0);
  }
}

export function isMarked(follow: u32): bool {
  return bitIsSet(MARKS_AT, follow);
}

/** FOLLOW_IS_MATCH_AT_END when one member has it, FOLLOW_IS_LOOP when all have it. */
export function flagsOf(list: usize, count: u32): u32 {
  let any: u32 = 0;
  let all: u32 = FOLLOW_IS_LOOP;
  for (let i: u32 = 0; i < count; i++) {
    const follow = follows + <usize>load<u16>(list + ((<usize>i) << 1)) * FOLLOW_SIZE;
    const flags = load<u32>(follow, FOLLOW_FLAGS_AT);
    any |= flags;
    all &= flags;
  }
  return (any & FOLLOW_IS_MATCH_AT_END) | all;
}
