import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 10;

/** Builds the reading of the longest event-loop stall since the last reading, milliseconds. */
export function createEventLoopLag(): () => number {
  const monitor = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  monitor.enable();
  return () => {
    const longest = monitor.max / 1e6 - RESOLUTION_MS;
    monitor.reset();
    return Math.max(0, longest);
  };
}
