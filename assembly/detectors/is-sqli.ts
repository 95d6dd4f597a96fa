/**
 * Would a value change the SQL statement that it is put into? It is read as SQL three times: as it is, and
 * as the rest of a string in either quote. Each stream of tokens is folded and compared with the shapes
 * of schemas/detectors/sql-shapes.json.
 */
import { bitIsSet } from '../bits';
import { charge } from '../steps';
import { NO_TOKEN, nextToken, openReader, readerAt } from './sql-reader';
import { clearStack, MOST_TOKENS, pushToken, stackSize, tokenAt } from './sql-stack';
import {
  MARKS,
  SHAPE_FOUND,
  SHAPE_LETTERS,
  SHAPE_START,
  SHAPES,
  TOKEN_END,
  TOKEN_OUTER,
} from './sql-tables.gen';

/** Steps per byte that is read: bytes behind words are looked at again. */
const BYTE_STEPS: u32 = 2;
/** Steps per reading: folding and comparing eight tokens. */
const READING_STEPS: u32 = 8;

/** The value (at, length) is SQL injection. */
export function isSqli(at: usize, length: u32): bool {
  const end = at + length;
  charge(length);
  if (!hasMark(at, end)) return false;
  return (
    isInjection(at, end, false) ||
    isInjectionBehind(0x27, at, end) ||
    isInjectionBehind(0x22, at, end)
  );
}

/** Nobody injects SQL without a quote, a digit or the like; prose often has none. */
function hasMark(at: usize, end: usize): bool {
  for (let i = at; i < end; i++) {
    if (bitIsSet(MARKS, load<u8>(i))) return true;
  }
  return false;
}

/** Within `quote` everything counts that stands behind the first one. */
function isInjectionBehind(quote: u8, at: usize, end: usize): bool {
  for (let i = at; i < end; i++) {
    if (load<u8>(i) == quote) return isInjection(i + 1, end, true);
  }
  return false;
}

function isInjection(from: usize, end: usize, isQuoted: bool): bool {
  clearStack();
  if (isQuoted) pushToken(TOKEN_OUTER);
  openReader(from, end);
  const isWhole = readTokens();
  charge(<u32>(readerAt() - from) * BYTE_STEPS + READING_STEPS);
  return hasShape(isWhole);
}

/** Returns true when there are no more tokens than can be judged. */
function readTokens(): bool {
  while (stackSize() <= MOST_TOKENS) {
    const token = nextToken();
    if (token == NO_TOKEN) return true;
    pushToken(token);
  }
  return false;
}

function hasShape(isWhole: bool): bool {
  const tokens = min(stackSize(), MOST_TOKENS);
  let state = SHAPE_START;
  for (let i: u32 = 0; i < tokens; i++) state = next(state, tokenAt(i));
  return (isWhole ? next(state, TOKEN_END) : state) == SHAPE_FOUND;
}

function next(state: u32, letter: u32): u32 {
  return load<u8>(SHAPES + state * SHAPE_LETTERS + letter);
}
