import type { FleetControl } from '../fleet/fleet.ts';
import type { ChangeSignal } from './change-signal.ts';
import type { NodeView, SyncReport } from './releases.ts';

/** Nodes report every few seconds by themselves; look in between. */
const LOOK_AGAIN_MS = 1_000;

export interface SyncDeps {
  readonly nodes: () => Promise<readonly NodeView[]>;
  readonly fleet: Pick<FleetControl, 'requestReconcile'>;
  /** Notified of node reports. */
  readonly changes: ChangeSignal;
  readonly now: () => number;
}

/**
 * Finds nodes whose digests are not the desired ones, tells them to reconcile, and waits for reports
 * that prove it: a node counts as repaired only by what it says it runs afterwards.
 */
export async function syncVersions(timeoutMs: number, deps: SyncDeps): Promise<SyncReport> {
  const { fleet, changes, now } = deps;
  const end = now() + timeoutMs;
  const before = await deps.nodes();
  const drifted = before.filter(({ drift }) => drift.length > 0);
  const errors = new Map<string, string>();
  await Promise.all(drifted.map(repair));
  const open = new Set(drifted.map(({ report }) => report.id).filter((id) => !errors.has(id)));

  while (open.size > 0) {
    const change = changes.listen();
    for (const { report, drift } of await deps.nodes()) {
      if (drift.length === 0) open.delete(report.id);
    }
    const left = end - now();
    if (open.size === 0 || left <= 0) break;
    await change.within(Math.min(left, LOOK_AGAIN_MS));
  }
  for (const id of open) errors.set(id, `still drifted after ${timeoutMs} ms`);

  return {
    success: errors.size === 0,
    checked: before.length,
    drifted: drifted.flatMap(({ report, drift }) =>
      drift.map((module) => ({ node: report.id, ...module })),
    ),
    repaired: drifted.map(({ report }) => report.id).filter((id) => !errors.has(id)),
    failed: [...errors].map(([node, error]) => ({ node, error })),
  };

  async function repair({ report, alive }: NodeView): Promise<void> {
    if (!alive) {
      errors.set(report.id, 'the node is dead; it catches up when it is back');
      return;
    }
    const answer = await fleet
      .requestReconcile(report.id, timeoutMs)
      .catch((error: Error) => ({ ok: false, error: error.message }));
    if (!answer.ok) errors.set(report.id, answer.error ?? 'the node could not reconcile');
  }
}
