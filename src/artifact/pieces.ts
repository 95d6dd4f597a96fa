import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Work that can be interrupted: a generator that yields wherever it may be left for a while. Between two
 * yields it does little, some ten microseconds, so that whoever runs it decides how long it takes at a
 * time. There is one implementation of the work for callers that wait and for those that must not.
 */
export type Pieces<T> = Generator<void, T, void>;

/** How long a process that serves requests works on something else before it looks at them again. */
const SLICE_MS = 0.1;

/** All of it now. */
export function runAtOnce<T>(pieces: Pieces<T>): T {
  for (;;) {
    const { done, value } = pieces.next();
    if (done) return value;
  }
}

/**
 * A slice per turn of the event loop: I/O and timers come first in between. Rejects with the reason of
 * `signal` at the next turn after it fires.
 */
export async function runInSlices<T>(pieces: Pieces<T>, signal?: AbortSignal): Promise<T> {
  for (;;) {
    const until = performance.now() + SLICE_MS;
    do {
      const { done, value } = pieces.next();
      if (done) return value;
    } while (performance.now() < until);
    await nextTurn();
    signal?.throwIfAborted();
  }
}
