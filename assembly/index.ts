/** The ABI, and nothing else. It is described in DESIGN.md. */

import { inspect } from './evaluate/inspect';
import { locateMatch } from './evaluate/locate-match';
import { ARENA_EXPLANATION } from './layout.gen';
import { loadProgram, loadProgramStep } from './program/load-program';

/**
 * Judges the request that the host wrote at `ptr` (`len` bytes, inside the host area).
 * Returns 0 Allow, 1 Block, 2 Log, 3 RateLimit.
 */
export function inspect_request(ptr: i32, len: i32): i32 {
  return inspect(<usize>ptr, <u32>len);
}

/** Address of the explanation of the last verdict. It is the same every time. */
export function explain(): i32 {
  return <i32>ARENA_EXPLANATION;
}

/**
 * Shows what match `index` of that explanation saw: address of the located value, or 0. The answer is
 * valid until the next question and the next request.
 */
export function locate_match(index: i32): i32 {
  return <i32>locateMatch(<u32>index);
}

/** Checks the rule program. Returns 0, or the negative code of what is wrong with it. */
export function load_program(): i32 {
  return loadProgram();
}

/**
 * The same in pieces: looks at no more than `budget` records of the program. Returns 1 when it wants to
 * be called again, else what `load_program` returns. Until then the program judges nothing.
 */
export function load_program_step(budget: i32): i32 {
  return loadProgramStep(<u32>budget);
}

/** Where a host may write requests: the host area begins here. */
export function request_area(): i32 {
  return 0;
}
