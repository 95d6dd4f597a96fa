import type { RevisionCounter } from './rule-document.ts';

/** A cause of higher rank gives its name to a release that has several. */
const RANK: Readonly<Record<string, number>> = { rollback: 3, 'kill-switch': 2, rules: 1 };

/** Promises the change to the open release, and opens one when there is none. */
export function openRevision(
  counter: RevisionCounter,
  cause: string,
  now: number,
): RevisionCounter {
  if (counter.open === null) {
    return { ...counter, last: counter.last + 1, open: counter.last + 1, cause, queued_at: now };
  }
  const stronger = (RANK[cause] ?? 0) > (RANK[counter.cause] ?? 0);
  return stronger ? { ...counter, cause } : counter;
}

/** Moves the open release into the worker's hands, unless one is there already. */
export function takeRevision(counter: RevisionCounter, actor: string): RevisionCounter {
  if (counter.releasing !== null || counter.open === null) return counter;
  const { cause, queued_at, open } = counter;
  return { ...counter, releasing: open, open: null, taken: { cause, queued_at, actor } };
}

/** Ends a release. Ending one that is not in hand changes nothing, so it may be repeated. */
export function finishRevision(counter: RevisionCounter, revision: number): RevisionCounter {
  if (counter.releasing !== revision) return counter;
  const { taken: _, ...rest } = counter;
  return { ...rest, releasing: null };
}

/** Takes a number for something that is published without the worker. */
export function allocateRevision(counter: RevisionCounter): RevisionCounter {
  return { ...counter, last: counter.last + 1 };
}
