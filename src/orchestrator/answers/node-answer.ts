import type { NodeView } from '../../pipeline/releases.ts';
import { timestamp } from './timestamp.ts';

const MAIN_MODULE = 'universal-waf';

/** A node as the API shows it: its report, whether it is alive, and where it differs from the desired state. */
export function nodeAnswer({ report, alive, drift }: NodeView): object {
  const modules = Object.entries(report.modules).map(([name, module]) => [
    name,
    { ...module, activated_at: timestamp(module.activated_at) },
  ]);
  return {
    ...report,
    alive,
    /** Of universal-waf; null when the node does not run it. */
    revision: report.modules[MAIN_MODULE]?.revision ?? null,
    drift,
    started_at: timestamp(report.started_at),
    reported_at: timestamp(report.reported_at),
    modules: Object.fromEntries(modules),
  };
}
