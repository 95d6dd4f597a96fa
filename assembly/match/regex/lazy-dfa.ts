/**
 * Runs a position automaton as a DFA whose states are made when a text first needs them. A byte that has
 * been met in a state costs one look-up; one that has not costs the step from set to set.
 */
import {
  FOLLOW_IS_LOOP,
  FOLLOW_IS_MATCH_AT_END,
  FOLLOW_MATCH,
  REGEX_START_AT,
} from '../../layout.gen';
import { charge, exhausted } from '../../steps';
import { DEAD, FIRST_STATE, LIST_A, LISTED, MATCHED } from './arena';
import { offsetOf, packCell, stepsOf } from './cell';
import { NO_MATCH } from './outcome';
import {
  classMap,
  openAutomaton,
  setCount,
  setMatches,
  setWork,
  startSet,
  stepSet,
  unmark,
} from './position-set';
import { listedFlags, nextSet, resumeSets } from './set-run';
import {
  CELLS_AT,
  countOf,
  flushes,
  membersOf,
  noteRead,
  stateFlags,
  stateOf,
} from './state-table';

/** Steps between two looks at the budget. */
const PURSE: u32 = 4096;

/** Where the run is: a state, or LISTED, DEAD, MATCHED. */
let state: u32 = 0;
/** Where it is in the text. */
let place: usize = 0;
/** Steps not yet charged. */
let spent: u32 = 0;

/** The offset behind the byte that decided, or NO_MATCH. The steps are those of the cells, and one. */
export function runNfa(regex: usize, at: usize, length: u32): i32 {
  charge(1);
  start(regex, at);
  const end = at + length;
  if (state >= FIRST_STATE) walkStates(regex, at, end);
  if (state == LISTED) walkSets(end);
  charge(spent);
  noteRead(<u32>(place - at));
  if (exhausted()) return NO_MATCH;
  if (state != MATCHED && (flags() & FOLLOW_IS_MATCH_AT_END) == 0) return NO_MATCH;
  return <i32>(place - at);
}

function start(regex: usize, at: usize): void {
  openAutomaton(regex);
  place = at;
  spent = 0;
  const follow = load<u32>(regex, REGEX_START_AT);
  if (follow == FOLLOW_MATCH) {
    state = MATCHED;
    return;
  }
  startSet(follow, LIST_A);
  state = stateOf(regex, LIST_A, 0);
  unmark(LIST_A, setCount);
  if (state == 0) becomeListed(LIST_A, setCount);
}

function becomeListed(members: usize, count: u32): void {
  resumeSets(members, count);
  state = LISTED;
}

/** Reads bytes until the run is decided, has no state any more, or the text or the budget ends. */
function walkStates(regex: usize, at: usize, end: usize): void {
  const map = classMap;
  let current = state;
  let used = spent;
  let p = place;
  while (p < end) {
    const row = CELLS_AT + current;
    let cell: u32 = 0;
    // While the state stays, the row does not depend on the byte before: the processor looks ahead.
    do {
      cell = load<u32>(row + ((<usize>load<u8>(map + load<u8>(p))) << 2));
      if (offsetOf(cell) != current) break;
      used += stepsOf(cell);
    } while (++p < end && used < PURSE);
    if (offsetOf(cell) != current) {
      if (cell == 0) {
        cell = learn(regex, current, load<u8>(map + load<u8>(p)), <u32>(p - at));
        if (cell == 0) {
          becomeListed(membersOf(current, regex), countOf(current));
          current = LISTED;
          break;
        }
      }
      p++;
      used += stepsOf(cell);
      current = offsetOf(cell);
    }
    if (used >= PURSE) {
      charge(used);
      used = 0;
      if (exhausted()) break;
    }
    if (current < FIRST_STATE) break;
  }
  state = current;
  spent = used;
  place = p;
}

/** What a byte leads to in a state that has not met it; 0 when that needs a state and there is no room. */
function learn(regex: usize, from: u32, byteClass: u32, read: u32): u32 {
  const era = flushes;
  stepSet(membersOf(from, regex), countOf(from), byteClass, LIST_A);
  let to: u32 = setMatches ? MATCHED : DEAD;
  if (!setMatches && setCount > 0) to = stateOf(regex, LIST_A, read);
  unmark(LIST_A, setCount);
  if (to == 0) return 0;
  const cell = packCell(setWork, to);
  if (era == flushes) store<u32>(CELLS_AT + from + ((<usize>byteClass) << 2), cell);
  return cell;
}

/** The same for a run that has no state any more. */
function walkSets(end: usize): void {
  while (place < end && state == LISTED) {
    const cell = nextSet(load<u8>(classMap + load<u8>(place)));
    place++;
    spent += stepsOf(cell);
    state = offsetOf(cell);
    if (spent >= PURSE) {
      charge(spent);
      spent = 0;
      if (exhausted()) return;
    }
  }
}

/** The flags of the set that the run is at. */
function flags(): u32 {
  if (state >= FIRST_STATE) return stateFlags(state);
  return state == LISTED ? listedFlags() : 0;
}

/** The last offset, not behind `length`, at which nothing of the pattern had begun; else 0. */
export function locateNfa(regex: usize, at: usize, length: u32): u32 {
  start(regex, at);
  let from: u32 = 0;
  for (let i: u32 = 0; i < length && state != DEAD && state != MATCHED; i++) {
    advance(regex, load<u8>(classMap + load<u8>(at + i)), i);
    if ((flags() & FOLLOW_IS_LOOP) != 0) from = i + 1;
  }
  return from;
}

/** Reads one byte, with a state or without. */
function advance(regex: usize, byteClass: u32, read: u32): void {
  if (state != LISTED) {
    let cell = load<u32>(CELLS_AT + state + ((<usize>byteClass) << 2));
    if (cell == 0) cell = learn(regex, state, byteClass, read);
    if (cell != 0) {
      state = offsetOf(cell);
      return;
    }
    becomeListed(membersOf(state, regex), countOf(state));
  }
  state = offsetOf(nextSet(byteClass));
}
