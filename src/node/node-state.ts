import type { FleetNode } from '../fleet/fleet.ts';
import type { NodeReport } from '../fleet/node-report.ts';
import type { DataPlane } from './data-plane/data-plane.ts';

export interface NodeState {
  current(): NodeReport['state'];
  /** Notes which modules do not run as desired; says whether that is news. */
  setDrift(names: readonly string[]): boolean;
  drain(): void;
}

/**
 * What the node says of itself: `starting` until a module runs, `degraded` while it does not run what it
 * should or cannot learn what that is, `draining` when it stops, else `ready`.
 */
export function createNodeState(deps: {
  readonly fleet: Pick<FleetNode, 'status'>;
  readonly plane: Pick<DataPlane, 'modules'>;
  /** False for a node that runs without a fleet. */
  readonly expectsFleet: boolean;
}): NodeState {
  let drift = '';
  let draining = false;
  return {
    current() {
      if (draining) return 'draining';
      if (deps.plane.modules().length === 0) return 'starting';
      const cutOff = deps.expectsFleet && !deps.fleet.status().connected;
      return drift !== '' || cutOff ? 'degraded' : 'ready';
    },
    setDrift(names) {
      const before = drift;
      drift = names.join();
      return drift !== before;
    },
    drain() {
      draining = true;
    },
  };
}
