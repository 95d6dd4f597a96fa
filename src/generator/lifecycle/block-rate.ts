import type { MinuteHits } from './trial.ts';

/** So few hits in a minute are no jump. */
const FEWEST_HITS = 20;
/** Spreads above the median; 1.4826 times the median deviation is the standard deviation of a normal one. */
const SPREADS = 8;
/** Minutes before this one that are looked at. */
const MINUTES = 30;

/**
 * Whether a rule suddenly hits far more than before, on requests that look benign: at least 20 hits in the
 * minute, more than median + 8 · 1.4826 · MAD of the 30 minutes before (minutes without hits count as 0), and
 * half of them or more on requests that are not suspicious without the rule. The last part is there because a
 * wave of attacks is a jump as well, and must not switch off the rule that stops it.
 */
export function hasJumped(minutes: readonly MinuteHits[]): boolean {
  const now = minutes.at(-1);
  if (now === undefined || now.hits < FEWEST_HITS || 2 * now.benign < now.hits) return false;
  const before = Array.from({ length: MINUTES }, (_, back) => {
    const minute = now.minute - 1 - back;
    return minutes.find((each) => each.minute === minute)?.hits ?? 0;
  });
  const middle = median(before);
  const deviation = median(before.map((hits) => Math.abs(hits - middle)));
  return now.hits > middle + SPREADS * 1.4826 * deviation;
}

function median(values: readonly number[]): number {
  const ordered = [...values].sort((a, b) => a - b);
  return ordered[Math.floor(ordered.length / 2)] ?? 0;
}
