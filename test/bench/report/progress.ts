import { performance } from 'node:perf_hooks';

const started = performance.now();

/** A line on stderr with the seconds since the start; stdout holds nothing but results. */
export function progress(text: string): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(0).padStart(4);
  process.stderr.write(`${seconds} s  ${text}\n`);
}
