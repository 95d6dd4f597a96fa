import { pino } from 'pino';
import type { NatsSettings } from '../../../src/config/settings.ts';
import { connectFleet } from '../../../src/fleet/connect-fleet.ts';
import { assignmentFor, type DesiredModule } from '../../../src/fleet/desired-state.ts';
import { createFleetNode } from '../../../src/fleet/fleet-node.ts';
import type { NodeReport } from '../../../src/fleet/node-report.ts';

export interface Follower {
  /** Module name → digest, as last acknowledged. */
  readonly running: ReadonlyMap<string, string>;
  /** The next acknowledgements are NACKs with this reason; null: ACKs. */
  refuse(reason: string | null): void;
  close(): Promise<void>;
}

const LIMIT = 20 * 1024 * 1024;

/**
 * A node as the control plane sees one: fetches what desired state asks for, over the real fleet, and
 * answers. It judges no requests.
 */
export async function startFollower(settings: NatsSettings, id: string): Promise<Follower> {
  const log = pino({ level: 'silent' });
  const labels = { zone: id === 'node-1' ? 'canary' : 'main' };
  const fleet = createFleetNode(connectFleet(settings, { name: id, log }), settings, { id });
  const running = new Map<string, string>();
  const modules: Record<string, NodeReport['modules'][string]> = {};
  const answered = new Set<string>();
  let reason: string | null = null;
  let tail: Promise<void> = Promise.resolve();

  const wake = () => {
    tail = tail.then(follow).catch(() => undefined);
    return tail;
  };
  const connected = new Promise<void>((resolve) => fleet.onWake(() => resolve()));
  fleet.onWake(() => void wake());
  fleet.onReconcileRequest(async () => {
    answered.clear();
    await wake();
    return { ok: true };
  });
  await connected;
  await report();
  return {
    running,
    refuse(why) {
      reason = why;
    },
    async close() {
      await tail;
      await fleet.close();
    },
  };

  async function follow(): Promise<void> {
    const desired = await fleet.desired();
    const gone = Object.keys(modules).filter((name) => !desired?.value.modules[name]);
    for (const name of gone) delete modules[name];
    if (gone.length > 0) await report();
    for (const module of Object.values(desired?.value.modules ?? {})) await run(module);
  }

  async function run(module: DesiredModule): Promise<void> {
    const wanted = assignmentFor(module, { id, labels });
    if (wanted === undefined || answered.has(wanted.revision)) return;
    answered.add(wanted.revision);
    const { revision, digest, published_at } = wanted;
    await fleet.fetchArtifact(digest, LIMIT);
    const at = Date.now();
    if (reason === null) {
      modules[module.name] = { revision, digest, activated_at: at, origin: 'fleet' };
      running.set(module.name, digest);
      await report();
    }
    await fleet.acknowledge({
      status: reason === null ? 'ACK' : 'NACK',
      node: id,
      module: module.name,
      revision,
      digest,
      running: null,
      ...(reason === null ? {} : { error: { code: 'WAF_ERR_TEST', message: reason } }),
      at,
      publish_to_active_ms: Math.max(0, at - published_at),
      phases: {},
      requests_during_reload: 0,
      downtime_ms: 0,
    });
  }

  async function report(): Promise<void> {
    await fleet.report({
      id,
      labels,
      version: '0.1.0',
      admin_url: '',
      data_url: `http://${id}.invalid`,
      workers: 1,
      started_at: 1,
      reported_at: Date.now(),
      state: 'ready',
      modules,
      counters: { requests: 0, blocked: 0, rate_limited: 0, logged: 0 },
    });
  }
}
