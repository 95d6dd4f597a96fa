import type { ReleaseView } from '../../pipeline/releases.ts';
import type { Diagnostic } from '../../rules/diagnostic.ts';
import { releaseUrl } from './release-answer.ts';

/** The documented answer of fleet deployments, with the reasons of the nodes that failed. */
export interface DeploymentAnswer {
  /** Every expected node runs it. */
  readonly success: boolean;
  readonly deployed_to: readonly string[];
  readonly failed: readonly string[];
  /** Node id → why it failed. */
  readonly errors: Readonly<Record<string, string>>;
  /** Sum over the nodes of the milliseconds in which they could not judge requests. */
  readonly total_downtime_ms: number;
  readonly release: { readonly revision: string; readonly url: string };
  /** A target that selects no live node, or names a dead one. */
  readonly warnings: readonly Diagnostic[];
}

/** What the nodes have said about a release; a node that has not answered counts as failed. */
export function deploymentAnswer(
  view: ReleaseView,
  warnings: readonly Diagnostic[] = [],
): DeploymentAnswer {
  const errors: Record<string, string> = {};
  for (const ack of view.acks) {
    if (ack.status === 'NACK') errors[ack.node] = ack.error?.message ?? 'refused without a reason';
  }
  for (const node of view.waiting) errors[node] = 'no answer in time';
  const running = view.acks.filter(({ status }) => status === 'ACK');
  return {
    success: Object.keys(errors).length === 0,
    deployed_to: running.map(({ node }) => node).sort(),
    failed: Object.keys(errors).sort(),
    errors,
    total_downtime_ms: running.reduce((sum, { downtime_ms }) => sum + downtime_ms, 0),
    release: { revision: view.revision, url: releaseUrl(view.revision) },
    warnings,
  };
}
