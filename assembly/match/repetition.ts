/**
 * Counts how often a literal comes again in one output. What a literal of a clause can tell its leaves it
 * has told them after the first time, but for its places; and an expression with very many of those is
 * run everywhere. So a literal that comes often need not be reported any more: the work for a text that
 * repeats the literal of many rules grows with the text, not with the text times the rules.
 *
 *   repetitions   by number of the first reference: serial of the output, count in that output
 */
import {
  ARENA_REPETITIONS,
  MAX_REPETITIONS,
  REF_FLAGS_AT,
  REF_IS_ATOM,
  REF_LEAF_AT,
  REF_SIZE,
  REPETITION_COUNT_AT,
  REPETITION_OUTPUT_AT,
  REPETITION_SIZE,
} from '../layout.gen';
import { refTable } from '../program/tables';
import { outputSerial } from './output';
import { giveUpPlaces } from './places';
import { isArmed } from './regex-test';

const OFTEN: u32 = 64;
/** Literals with fewer references cost too little to be counted. */
const FEWEST_REFS: u32 = 4;

/** Serials begin anew: what is remembered of outputs is void. */
export function clearRepetitions(): void {
  memory.fill(ARENA_REPETITIONS, 0, <usize>MAX_REPETITIONS * REPETITION_SIZE);
}

/** Notes that the literal with the references [from, to) was found; true when that is no news. */
export function isOldNews(from: u32, to: u32): bool {
  if (to - from < FEWEST_REFS || from >= MAX_REPETITIONS) return false;
  const entry = ARENA_REPETITIONS + <usize>from * REPETITION_SIZE;
  if (load<u32>(entry, REPETITION_OUTPUT_AT) != outputSerial) {
    store<u32>(entry, outputSerial, REPETITION_OUTPUT_AT);
    store<u32>(entry, 1, REPETITION_COUNT_AT);
    return false;
  }
  const count = load<u32>(entry, REPETITION_COUNT_AT) + 1;
  const isTold = count >= OFTEN && (count > OFTEN || areAtoms(from, to));
  // Literals that are more than atoms begin to be counted again.
  store<u32>(entry, count == OFTEN && !isTold ? 0 : count, REPETITION_COUNT_AT);
  if (count == OFTEN && isTold) everywhere(from, to);
  return isTold;
}

/** Whole literals may be asked for by place or case, so each time can be the first that counts. */
function areAtoms(from: u32, to: u32): bool {
  for (let i = from; i < to; i++) {
    const flags = load<u8>(refTable + <usize>i * REF_SIZE, REF_FLAGS_AT);
    if ((flags & REF_IS_ATOM) == 0) return false;
  }
  return true;
}

function everywhere(from: u32, to: u32): void {
  for (let i = from; i < to; i++) {
    const leaf = load<u32>(refTable + <usize>i * REF_SIZE, REF_LEAF_AT);
    if (isArmed(leaf)) giveUpPlaces(leaf);
  }
}
