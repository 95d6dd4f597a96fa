import type { AuthSettings } from '../../config/settings.ts';
import type { FleetStatus } from '../../fleet/fleet.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { DataPlane } from '../data-plane/data-plane.ts';
import type { ModuleControl } from '../module-control.ts';
import type { NodeMetrics } from '../node-metrics.ts';
import type { ReloadJournal } from '../reload-journal.ts';
import type { RuleChanges } from './rule-changes.ts';

/** What the management API serves; it holds no state of its own. */
export interface AdminServices {
  readonly auth: AuthSettings;
  readonly nodeId: string;
  /** The module that a request means when it names none. */
  readonly defaultModule: string;
  readonly modules: Pick<
    ModuleControl,
    'running' | 'upload' | 'rollback' | 'remove' | 'belongsToFleet'
  >;
  readonly plane: Pick<DataPlane, 'modules' | 'previous' | 'totals' | 'events' | 'workers'>;
  readonly journal: ReloadJournal;
  readonly metrics: Pick<NodeMetrics, 'render'>;
  readonly fleet: () => FleetStatus;
  readonly state: () => 'starting' | 'ready' | 'degraded' | 'draining';
  /** null: this node knows no orchestrator to pass changes of rules on to. */
  readonly ruleChanges: RuleChanges | null;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Logger;
}
