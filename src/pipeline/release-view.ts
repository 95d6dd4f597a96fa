import type { Acknowledgement, NodeReport } from '../fleet/node-report.ts';
import type { ReleaseRecord } from './release.ts';
import { revisionNumber } from './release.ts';
import type { ReleaseView } from './releases.ts';

export interface ReleaseFacts {
  /** The record whose bytes carry this release: itself, or for an unchanged one what ran already. */
  readonly carrier: ReleaseRecord;
  /** What the nodes answered to the carrier. */
  readonly acks: readonly Acknowledgement[];
  readonly reports: readonly NodeReport[];
}

/**
 * A release with what the nodes say. A node that runs a later revision of the module by now has moved
 * on and counts as having answered, because nodes skip what is outdated before they get to it. Pure.
 */
export function viewRelease(
  record: ReleaseRecord,
  { carrier, acks, reports }: ReleaseFacts,
): ReleaseView {
  const expected_nodes = carrier.expected_nodes;
  const running = new Set(acks.filter(({ status }) => status === 'ACK').map(({ node }) => node));
  const refused = new Set(acks.filter(({ status }) => status === 'NACK').map(({ node }) => node));
  const movedOn = new Set(
    reports.filter((report) => runsLater(report, carrier)).map(({ id }) => id),
  );
  const isThere = (node: string) => running.has(node) || movedOn.has(node);
  const sent = record.outcome === 'published' || record.outcome === 'unchanged';
  return {
    ...record,
    expected_nodes,
    acks,
    waiting: expected_nodes.filter((node) => !isThere(node) && !refused.has(node)),
    converged: sent && expected_nodes.every(isThere),
    publish_to_active_ms: latencies(acks),
  };
}

/** Whether nothing more is expected to happen to a release. */
export function isSettled(view: ReleaseView): boolean {
  return view.outcome === 'failed' || view.waiting.length === 0;
}

function runsLater(report: NodeReport, carrier: ReleaseRecord): boolean {
  const observed = report.modules[carrier.module];
  if (observed === undefined || observed.origin !== 'fleet') return false;
  return revisionNumber(observed.revision) > revisionNumber(carrier.revision);
}

function latencies(acks: readonly Acknowledgement[]): ReleaseView['publish_to_active_ms'] {
  const sorted = acks
    .filter(({ status }) => status === 'ACK')
    .map((ack) => ack.publish_to_active_ms)
    .sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), max: quantile(sorted, 1) };
}

/** Nearest rank. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
