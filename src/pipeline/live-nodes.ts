import type { Target } from '../fleet/desired-state.ts';
import { selects } from '../fleet/desired-state.ts';
import type { NodeReport } from '../fleet/node-report.ts';

/** A node whose last report is older than this is called dead. */
const DEAD_AFTER_MS = 30_000;

export function isAlive(report: NodeReport, now: number): boolean {
  return now - report.reported_at < DEAD_AFTER_MS;
}

/** Ids of the nodes that are alive and selected by `target`, sorted. */
export function expectedNodes(
  reports: readonly NodeReport[],
  target: Target,
  now: number,
): readonly string[] {
  return reports
    .filter((report) => isAlive(report, now) && selects(target, report))
    .map(({ id }) => id)
    .sort();
}
