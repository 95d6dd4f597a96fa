import type { NodeReport, ObservedModule } from '../../fleet/node-report.ts';
import type { NodeView } from '../../pipeline/releases.ts';
import { timestamp } from './timestamp.ts';

/** A node as the API shows it: its report, whether it is alive, and where it differs from the desired state. */
export interface NodeAnswer extends Omit<NodeReport, 'started_at' | 'reported_at' | 'modules'> {
  readonly alive: boolean;
  /** Of universal-waf; null when the node does not run it. */
  readonly revision: string | null;
  readonly drift: NodeView['drift'];
  readonly started_at: string;
  readonly reported_at: string;
  readonly modules: Readonly<Record<string, ModuleAnswer>>;
}

type ModuleAnswer = Omit<ObservedModule, 'activated_at'> & { readonly activated_at: string };

const MAIN_MODULE = 'universal-waf';

export function nodeAnswer({ report, alive, drift }: NodeView): NodeAnswer {
  const modules = Object.entries(report.modules).map(([name, module]) => [
    name,
    { ...module, activated_at: timestamp(module.activated_at) },
  ]);
  return {
    ...report,
    alive,
    revision: report.modules[MAIN_MODULE]?.revision ?? null,
    drift,
    started_at: timestamp(report.started_at),
    reported_at: timestamp(report.reported_at),
    modules: Object.fromEntries(modules),
  };
}
