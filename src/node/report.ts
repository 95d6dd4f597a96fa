import { VERSION } from '../config/package-version.ts';
import type { NodeSettings } from '../config/settings.ts';
import type { NodeReport } from '../fleet/node-report.ts';
import type { DataPlane } from './data-plane/data-plane.ts';
import type { ModuleControl } from './module-control.ts';
import { requestCount } from './traffic/traffic-totals.ts';

/** Builds the function that writes the node's report as it is now. */
export function reportBuilder(deps: {
  readonly node: Pick<NodeSettings, 'id' | 'labels'>;
  readonly plane: Pick<DataPlane, 'workers' | 'totals'>;
  readonly modules: Pick<ModuleControl, 'running'>;
  readonly state: () => NodeReport['state'];
  /** Filled in when the servers listen. */
  readonly urls: { readonly admin: string; readonly data: string };
  readonly startedAt: number;
  readonly now: () => number;
}): () => Promise<NodeReport> {
  const { node, plane, modules, state, urls, startedAt, now } = deps;
  return async () => {
    const totals = await plane.totals();
    const { blocked, rate_limited, logged } = totals.requests;
    const observed = [...modules.running.values()].map(
      ({ name, revision, digest, activatedAt, origin }) =>
        [name, { revision, digest, activated_at: activatedAt, origin }] as const,
    );
    return {
      id: node.id,
      labels: node.labels,
      version: VERSION,
      admin_url: urls.admin,
      data_url: urls.data,
      workers: plane.workers,
      started_at: startedAt,
      reported_at: now(),
      state: state(),
      modules: Object.fromEntries(observed),
      counters: { requests: requestCount(totals), blocked, rate_limited, logged },
    };
  };
}
