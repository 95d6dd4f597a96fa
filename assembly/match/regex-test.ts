/**
 * Regular expressions that wait for literals. Every match of the expression satisfies all its clauses;
 * a clause is satisfied by one of its literals, which the search finds, or by one of its bytes. Only an
 * output that satisfies them all is worth a run of the automaton.
 *
 *   leaf_stamps   u32   serial of the output for which the leaf is armed
 *   leaf_clauses  u32   bit i: clause i is satisfied; valid when armed
 *   leaf_queue    u32   leaves whose clauses are all satisfied, per output on top of those before
 */
import {
  ARENA_LEAF_CLAUSES,
  ARENA_LEAF_QUEUE,
  ARENA_LEAF_STAMPS,
  CLAUSE_BITS0_AT,
  CLAUSE_BITS1_AT,
  CLAUSE_SIZE,
  LEAF_OPERAND_AT,
  LEAF_SIZE,
  MAX_LEAVES,
  NONE,
  REGEX_TEST_ALL_CLAUSES_AT,
  REGEX_TEST_CLAUSE_START_AT,
  REGEX_TEST_MIN_LENGTH_AT,
  REGEX_TEST_NEAR_CLAUSE_AT,
  REGEX_TEST_NEED0_AT,
  REGEX_TEST_NEED1_AT,
  REGEX_TEST_REACH_AT,
  REGEX_TEST_REGEX_AT,
  REGEX_TEST_SIZE,
} from '../layout.gen';
import { clauseTable, leafTable, regexTestTable } from '../program/tables';
import { charge, exhausted } from '../steps';
import { testOutput } from './leaf-test';
import { outputAt, outputBits0, outputBits1, outputLen, outputSerial } from './output';
import { addPlace, EVERYWHERE, firstPlace, nextPlace, placeEnd, startPlaces } from './places';
import { regexIdleAt, regexMatches, regexMatchesLong, regexMatchesNear } from './regex/run-regex';

/** Outputs up to this length are run over as a whole: that is as quick. */
const LONG: u32 = 96;

let queued: u32 = 0;

export function clearQueue(): void {
  queued = 0;
}

export function queueLength(): u32 {
  return queued;
}

function testOf(leaf: u32): usize {
  const operand = load<u32>(leafTable + <usize>leaf * LEAF_SIZE, LEAF_OPERAND_AT);
  return regexTestTable + <usize>operand * REGEX_TEST_SIZE;
}

/** True when no match can lie in the current output, by its bytes and its length. */
export function isRuledOut(test: usize): bool {
  return (
    (load<u64>(test, REGEX_TEST_NEED0_AT) & ~outputBits0) != 0 ||
    (load<u64>(test, REGEX_TEST_NEED1_AT) & ~outputBits1) != 0 ||
    outputLen < load<u32>(test, REGEX_TEST_MIN_LENGTH_AT)
  );
}

/** Makes a leaf listen to the search of the current output. Returns false when it need not wait. */
export function arm(leaf: u32): bool {
  const test = testOf(leaf);
  if (outputLen < load<u32>(test, REGEX_TEST_MIN_LENGTH_AT)) return false;
  store<u32>(ARENA_LEAF_STAMPS + ((<usize>leaf) << 2), outputSerial);
  startPlaces(leaf);
  const satisfied = clausesOfBytes(test);
  store<u32>(ARENA_LEAF_CLAUSES + ((<usize>leaf) << 2), satisfied);
  if (satisfied != load<u32>(test, REGEX_TEST_ALL_CLAUSES_AT)) return true;
  enqueue(leaf);
  return false;
}

/** The clauses that bytes of the current output satisfy. */
function clausesOfBytes(test: usize): u32 {
  const from = load<u32>(test, REGEX_TEST_CLAUSE_START_AT);
  const to = load<u32>(test + REGEX_TEST_SIZE, REGEX_TEST_CLAUSE_START_AT);
  let satisfied: u32 = 0;
  charge(to - from);
  for (let i = from; i < to; i++) {
    const clause = clauseTable + <usize>i * CLAUSE_SIZE;
    const found0 = load<u64>(clause, CLAUSE_BITS0_AT) & outputBits0;
    const found1 = load<u64>(clause, CLAUSE_BITS1_AT) & outputBits1;
    if ((found0 | found1) != 0) satisfied |= 1 << (i - from);
  }
  return satisfied;
}

/** True for a leaf that listens to the search of the current output. */
export function isArmed(leaf: u32): bool {
  return load<u32>(ARENA_LEAF_STAMPS + ((<usize>leaf) << 2)) == outputSerial;
}

/**
 * A literal of a clause was found in the current output, where it ends before `end`. It arms a leaf that is not yet, unless the bytes
 * of the output rule out a match.
 */
export function literalOfClause(leaf: u32, clause: u32, end: u32): void {
  const test = testOf(leaf);
  if (!isArmed(leaf) && (isRuledOut(test) || !arm(leaf))) return;
  if (clause == load<u32>(test, REGEX_TEST_NEAR_CLAUSE_AT)) addPlace(leaf, end);
  const cell = ARENA_LEAF_CLAUSES + ((<usize>leaf) << 2);
  const before = load<u32>(cell);
  const after = before | (1 << clause);
  if (after == before) return;
  store<u32>(cell, after);
  if (after == load<u32>(test, REGEX_TEST_ALL_CLAUSES_AT)) enqueue(leaf);
}

function enqueue(leaf: u32): void {
  if (queued >= MAX_LEAVES) return;
  store<u32>(ARENA_LEAF_QUEUE + ((<usize>queued) << 2), leaf);
  queued++;
}

/**
 * True when the expression of a leaf matches the current output. In a long output it is run around the
 * places of one clause only, if no match begins far before a literal of that clause.
 */
export function matchesQueued(leaf: u32): bool {
  const test = testOf(leaf);
  const regex = load<u32>(test, REGEX_TEST_REGEX_AT);
  if (outputLen <= LONG) return regexMatches(regex, outputAt, outputLen);
  const isNear = load<u32>(test, REGEX_TEST_NEAR_CLAUSE_AT) != NONE;
  const first = isNear && isArmed(leaf) ? firstPlace(leaf) : EVERYWHERE;
  if (first == EVERYWHERE) return regexMatchesLong(regex, outputAt, outputLen);
  const reach = load<u32>(test, REGEX_TEST_REACH_AT);
  let idle: u32 = 0;
  for (let place = first; place != 0 && !exhausted(); place = nextPlace(place)) {
    const end = placeEnd(place);
    charge(1);
    if (end <= idle && place != first) continue;
    const from = end > reach ? end - reach : 0;
    if (regexMatchesNear(regex, outputAt, outputLen, idle, from, end)) return true;
    idle = regexIdleAt;
  }
  return false;
}

/** Runs what was queued for the current output, which is everything from index `from` on. */
export function verifyQueued(from: u32): void {
  for (let i = from; i < queued && !exhausted(); i++) {
    testOutput(load<u32>(ARENA_LEAF_QUEUE + ((<usize>i) << 2)));
  }
  queued = from;
}
