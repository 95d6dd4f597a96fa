/**
 * States of the lazy DFA: sets that have been met, with what is known of the bytes behind them.
 *
 * ```
 *  0      4                 8        12      14      16          16 + 4 C
 *  | hash | next in bucket  | regex  | count | flags | cells × C | members u16 × count | … 16
 * ```
 *
 * States live until the arena is full. Then all go, unless they were hardly used: building states that
 * nobody comes back to costs more than going on without them, so the table rests for a while. None of
 * this shows in a verdict or in steps.
 */
import { ARENA_LAZY_DFA, REGEX_CLASSES_AT } from '../../layout.gen';
import {
  BUCKETS,
  BUCKETS_AT,
  BUILT_AT,
  END_AT,
  FREE_AT,
  LIST_A,
  MARKS_AT,
  READ_AT,
  REST_AT,
  STATES_END,
  STATES_START,
} from './arena';
import { flagsOf, isMarked, setCount, setHash } from './position-set';

const NEXT_AT: usize = ARENA_LAZY_DFA + 4;
const REGEX_AT: usize = ARENA_LAZY_DFA + 8;
const COUNT_AT: usize = ARENA_LAZY_DFA + 12;
const FLAGS_AT: usize = ARENA_LAZY_DFA + 14;
const HEAD: u32 = 16;
/** Offset of a state's cells from the state, as part of the address of the arena. */
export const CELLS_AT: usize = ARENA_LAZY_DFA + HEAD;
/** Fewer bytes read per state built: the states do not pay. */
const WORTHWHILE: u32 = 8;
/** Bytes to read before states are built again. */
const REST: u32 = 262_144;

/** How often the states have been forgotten: an offset is good as long as this stays the same. */
export let flushes: u32 = 0;

/** Forgets every state, as a new program needs it. */
export function clearLazyDfa(): void {
  store<u32>(END_AT, STATES_END);
  memory.fill(MARKS_AT, 0, LIST_A - MARKS_AT);
  flush(0);
}

/** `read`: bytes of the run so far. They will be counted when it ends, and belong to what was before. */
function flush(read: u32): void {
  flushes++;
  memory.fill(BUCKETS_AT, 0, BUCKETS * 4);
  store<u32>(FREE_AT, STATES_START);
  store<u32>(READ_AT, 0 - read);
  store<u32>(BUILT_AT, 0);
  store<u32>(REST_AT, 0);
}

/** The state of the marked set, the last that was computed; its members are also at `list`. 0: no room. */
export function stateOf(regex: usize, list: usize, read: u32): u32 {
  const hash = setHash + <u32>regex;
  const found = find(hash, regex);
  if (found != 0) return found;
  const classes: u32 = load<u16>(regex, REGEX_CLASSES_AT);
  const size = (HEAD + classes * 4 + setCount * 2 + 15) & ~15;
  if (load<u32>(FREE_AT) + size > load<u32>(END_AT) && !makeRoom(read)) return 0;
  return add(hash, regex, classes, list, size);
}

function bucketOf(hash: u32): usize {
  return BUCKETS_AT + ((<usize>((hash ^ (hash >> 16)) & (BUCKETS - 1))) << 2);
}

function find(hash: u32, regex: usize): u32 {
  let state = load<u32>(bucketOf(hash));
  while (state != 0) {
    if (load<u32>(ARENA_LAZY_DFA + state) == hash && load<u32>(REGEX_AT + state) == <u32>regex) {
      if (countOf(state) == setCount && holdsMarked(state, regex)) return state;
    }
    state = load<u32>(NEXT_AT + state);
  }
  return 0;
}

/** Sets of the same size are equal when one holds nothing that the other does not. */
function holdsMarked(state: u32, regex: usize): bool {
  const list = membersOf(state, regex);
  for (let i: u32 = 0, n = countOf(state); i < n; i++) {
    if (!isMarked(load<u16>(list + ((<usize>i) << 1)))) return false;
  }
  return true;
}

/** Room for at least one state, unless the table rests. `read`: bytes of the run so far. */
function makeRoom(read: u32): bool {
  const total = load<u32>(READ_AT) + read;
  const rest = load<u32>(REST_AT);
  if (rest == 0 && total < load<u32>(BUILT_AT) * WORTHWHILE) {
    store<u32>(REST_AT, total + REST);
    return false;
  }
  if (total < rest) return false;
  flush(read);
  return true;
}

function add(hash: u32, regex: usize, classes: u32, list: usize, size: u32): u32 {
  const state = load<u32>(FREE_AT);
  store<u32>(FREE_AT, state + size);
  store<u32>(BUILT_AT, load<u32>(BUILT_AT) + 1);
  const bucket = bucketOf(hash);
  store<u32>(ARENA_LAZY_DFA + state, hash);
  store<u32>(NEXT_AT + state, load<u32>(bucket));
  store<u32>(bucket, state);
  store<u32>(REGEX_AT + state, <u32>regex);
  store<u16>(COUNT_AT + state, <u16>setCount);
  store<u16>(FLAGS_AT + state, <u16>flagsOf(list, setCount));
  memory.fill(CELLS_AT + state, 0, classes << 2);
  memory.copy(membersOf(state, regex), list, setCount << 1);
  return state;
}

export function countOf(state: u32): u32 {
  return load<u16>(COUNT_AT + state);
}

export function stateFlags(state: u32): u32 {
  return load<u16>(FLAGS_AT + state);
}

/** Address of the follow numbers of a state. */
export function membersOf(state: u32, regex: usize): usize {
  return CELLS_AT + state + ((<usize>load<u16>(regex, REGEX_CLASSES_AT)) << 2);
}

/** Notes how many bytes a run has read. */
export function noteRead(bytes: u32): void {
  store<u32>(READ_AT, load<u32>(READ_AT) + bytes);
}
