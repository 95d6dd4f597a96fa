/** A process that crashes more often than this within the window is given up. */
const MAX_RESTARTS = 5;
const WINDOW_MS = 60_000;
const FIRST_DELAY_MS = 200;

/**
 * How long to wait before a crashed process is started again, or null to give it up.
 * `crashes` are the times of its crashes so far, `now` is that of the latest (milliseconds).
 */
export function restartDelay(crashes: readonly number[], now: number): number | null {
  const recent = crashes.filter((time) => now - time < WINDOW_MS).length;
  return recent > MAX_RESTARTS ? null : FIRST_DELAY_MS * 2 ** Math.max(0, recent - 1);
}
