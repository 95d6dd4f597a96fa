/** Runs a chain of transforms on a copy of a value. */
import {
  ARENA_TRANSFORM_STACK,
  REQUEST_MAX_RECORD_BYTES,
  SECTION_CHAIN_STEPS,
  SECTION_CHAINS,
} from '../layout.gen';
import { number, table } from '../program/section';
import { charge } from '../steps';
import { applyTransform, roomFor } from './apply-transform';
import { clearChanged, hasChanged, markChanged } from './changed';

/** Each of the two buffers that outputs alternate between holds what one growing transform can make. */
const ROOM: u32 = 3 * REQUEST_MAX_RECORD_BYTES;
const FIRST: usize = ARENA_TRANSFORM_STACK;
const SECOND: usize = ARENA_TRANSFORM_STACK + ROOM;

/** The output of the chain that ran last: the value itself, or a transform buffer. */
export let outputAt: usize = 0;
export let outputLen: u32 = 0;

/** Returns true when the output differs from the value. One output lives at a time. */
export function applyChain(chain: u32, at: usize, length: u32): bool {
  outputAt = at;
  outputLen = length;
  const end = number(SECTION_CHAINS, chain + 1);
  const steps = table(SECTION_CHAIN_STEPS);
  clearChanged();
  let from = at;
  let size = length;
  for (let i = number(SECTION_CHAINS, chain); i < end; i++) {
    const code: i32 = load<u8>(steps + i);
    const to = from == FIRST ? SECOND : FIRST;
    size = cut(code, size);
    charge(1 + size);
    size = applyTransform(code, from, size, to);
    from = to;
  }
  if (!hasChanged()) return false;
  outputAt = from;
  outputLen = size;
  return true;
}

/** Only chains that grow again and again get here: the head of the value that still fits once grown. */
function cut(code: i32, length: u32): u32 {
  let size = length;
  while (roomFor(code, size) > ROOM) size >>= 1;
  if (size < length) markChanged();
  return size;
}
