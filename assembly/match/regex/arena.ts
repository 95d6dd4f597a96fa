/**
 * The arena of the lazy DFA. Everything that is remembered between two runs lies here.
 *
 * ```
 *      0  where the next state goes · where the arena ends · bytes read, states built since the last
 *         flush · bytes that have to be read before the next flush
 *     64  buckets of the state table: offset of the first state, or 0
 *        marks: one bit per follow list of the automaton that runs, all 0 between two steps
 *        two lists of follow numbers (u16): the set before and after a step
 *        states
 * ```
 *
 * Offsets count from the arena's start and are multiples of 16. The first ones are no states.
 */
import { ARENA_LAZY_DFA, MAX_FOLLOWS, MAX_LAZY_DFA_BYTES } from '../../layout.gen';

export const FREE_AT: usize = ARENA_LAZY_DFA;
export const END_AT: usize = ARENA_LAZY_DFA + 4;
export const READ_AT: usize = ARENA_LAZY_DFA + 8;
export const BUILT_AT: usize = ARENA_LAZY_DFA + 12;
export const REST_AT: usize = ARENA_LAZY_DFA + 16;

/** Nothing can match any more. */
export const DEAD: u32 = 16;
/** The pattern has been found. */
export const MATCHED: u32 = 32;
/** A set that is held in a list, because it got no state. */
export const LISTED: u32 = 48;
/** Every offset of a state is at least this. */
export const FIRST_STATE: u32 = 64;

export const BUCKETS: u32 = 4096;
export const BUCKETS_AT: usize = ARENA_LAZY_DFA + 64;
export const MARKS_AT: usize = BUCKETS_AT + BUCKETS * 4;
export const LIST_A: usize = MARKS_AT + MAX_FOLLOWS / 8;
export const LIST_B: usize = LIST_A + MAX_FOLLOWS * 2;
export const STATES_START: u32 = <u32>(LIST_B + MAX_FOLLOWS * 2 - ARENA_LAZY_DFA);
export const STATES_END: u32 = MAX_LAZY_DFA_BYTES;
