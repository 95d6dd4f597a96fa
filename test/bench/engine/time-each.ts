import { performance } from 'node:perf_hooks';
import { mean, quantile } from '../report/statistics.ts';
import type { LabelledRequest } from '../workload/workload.ts';

/** What one side did with one round of requests. */
export interface RoundResult {
  readonly meanUs: number;
  readonly p50Us: number;
  readonly p99Us: number;
  /** Share of the attacks that were found, and of the benign requests that were hit, in per cent. */
  readonly foundPct: number;
  readonly benignPct: number;
}

/** Runs `judge` once over every item; microseconds of each, and what it said. */
export function timeEach<T>(
  items: readonly T[],
  judge: (item: T) => boolean,
): { microseconds: Float64Array; blocked: boolean[] } {
  const microseconds = new Float64Array(items.length);
  const blocked = new Array<boolean>(items.length).fill(false);
  for (let i = 0; i < items.length; i++) {
    const item = items[i]!;
    const started = performance.now();
    blocked[i] = judge(item);
    microseconds[i] = (performance.now() - started) * 1000;
  }
  return { microseconds, blocked };
}

export function summarise(
  requests: readonly LabelledRequest[],
  {
    microseconds,
    blocked,
  }: { readonly microseconds: Float64Array; readonly blocked: readonly boolean[] },
): RoundResult {
  const share = (attack: boolean) => {
    const cases = requests.filter((request) => request.attack === attack);
    const hits = requests.filter((request, i) => request.attack === attack && blocked[i]);
    return (100 * hits.length) / Math.max(1, cases.length);
  };
  return {
    meanUs: mean(microseconds),
    p50Us: quantile(microseconds, 0.5),
    p99Us: quantile(microseconds, 0.99),
    foundPct: share(true),
    benignPct: share(false),
  };
}
