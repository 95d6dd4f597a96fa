import type { NatsSettings } from '../../../src/config/settings.ts';
import type { FleetControl } from '../../../src/fleet/fleet.ts';
import { startOrchestrator } from './orchestrator.ts';

/**
 * An orchestrator process that dies by SIGKILL at a step of its first release. Its argument is JSON:
 * the options of `startOrchestrator` and the step.
 */
export interface Mortal {
  readonly nats: NatsSettings;
  readonly redisUrl: string;
  readonly folder: string;
  readonly seconds: number;
  readonly dieAt: 'take' | 'store' | 'record' | 'assign' | 'announce';
}

const mortal = JSON.parse(process.argv[2] ?? '{}') as Mortal;

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  // The signal ends the process before it can come here.
  throw new Error('killed');
}

function wrapFleet(fleet: FleetControl): FleetControl {
  switch (mortal.dieAt) {
    case 'take':
      return { ...fleet, nodes: async () => die() };
    case 'store':
      return { ...fleet, artifacts: { ...fleet.artifacts, put: async () => die() } };
    case 'record':
      return {
        ...fleet,
        records: async (bucket) => ({
          ...(await fleet.records(bucket)),
          create: async () => die(),
        }),
      };
    case 'assign':
      return { ...fleet, desired: { ...fleet.desired, write: async () => die() } };
    case 'announce':
      return { ...fleet, announce: async () => die() };
  }
}

await startOrchestrator({ ...mortal, wrapFleet });
