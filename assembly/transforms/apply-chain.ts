/**
 * Runs a whole chain of transforms on one value, for the tests that no plan lists. The two halves of
 * the transform stack, which is free then, take turns.
 */
import {
  ARENA_TRANSFORM_STACK,
  SECTION_CHAIN_STEPS,
  SECTION_CHAINS,
  TRANSFORM_STACK_BYTES,
} from '../layout.gen';
import { number, table } from '../program/section';
import { markTruncated } from '../request/fields';
import { charge } from '../steps';
import { applyTransform } from './apply-transform';
import { roomFor, weightOf } from './bounds';
import { clearChanged, hasChanged } from './changed';

const HALF: usize = TRANSFORM_STACK_BYTES / 2;
const UPPER: usize = ARENA_TRANSFORM_STACK + HALF;

/** The output of the chain that ran last; the value itself as long as nothing changed it. */
export let chainAt: usize = 0;
export let chainLen: u32 = 0;

/** Makes (at, length) the text that the next chain starts from. */
export function startChain(at: usize, length: u32): void {
  chainAt = at;
  chainLen = length;
}

/** (at, length) may be the output of an earlier chain. */
export function applyChain(chain: u32, at: usize, length: u32): void {
  startChain(at, length);
  const end = number(SECTION_CHAINS, chain + 1);
  for (let i = number(SECTION_CHAINS, chain); i < end; i++) {
    step(load<u8>(table(SECTION_CHAIN_STEPS) + i));
  }
}

function step(transform: i32): void {
  if (roomFor(transform, chainLen) > <u64>HALF) {
    markTruncated();
    return;
  }
  const isLower = chainAt >= ARENA_TRANSFORM_STACK && chainAt < UPPER;
  const to = isLower ? UPPER : ARENA_TRANSFORM_STACK;
  charge(1 + chainLen * weightOf(transform));
  clearChanged();
  const size = applyTransform(transform, chainAt, chainLen, to);
  if (hasChanged()) startChain(to, size);
}
