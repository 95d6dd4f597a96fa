import type { ActiveModule } from '../../../src/engine/module-slot.ts';
import type { Assignment, DesiredState } from '../../../src/fleet/desired-state.ts';
import type { FleetNode } from '../../../src/fleet/fleet.ts';
import type { Acknowledgement } from '../../../src/fleet/node-report.ts';
import type {
  Activation,
  DataPlane,
  ModuleCandidate,
} from '../../../src/node/data-plane/data-plane.ts';
import type { ModuleStore, StoredModule } from '../../../src/node/module-store.ts';
import type { NodeMetrics } from '../../../src/node/node-metrics.ts';
import { noTraffic, type TrafficTotals } from '../../../src/node/traffic/traffic-totals.ts';

/** A data plane that judges nothing; bytes that begin with `bad` are refused. */
export class FakeDataPlane implements DataPlane {
  readonly workers = 1;
  readonly running = new Map<string, ActiveModule[]>();
  /** Awaited in every stage. */
  beforeStage: () => Promise<void> = async () => {};
  totalsNow: TrafficTotals = noTraffic();
  #local = 0;

  async start() {
    return { port: 1 };
  }

  async stage(candidate: ModuleCandidate) {
    await this.beforeStage();
    const text = Buffer.from(candidate.bytes).toString();
    if (text.startsWith('bad')) {
      const code = 'WAF_ERR_ARTIFACT_WASM';
      throw Object.assign(new Error(`Invalid WASM module: ${text}`), {
        code,
        phases: { verify: 1 },
      });
    }
    this.#local += 1;
    const module: ActiveModule = {
      name: candidate.name,
      revision: candidate.revision ?? `v${this.#local}`,
      semver: candidate.semver ?? '0.0.0',
      digest: candidate.digest,
      size: candidate.bytes.length,
      order: candidate.order ?? 0,
      foreign: false,
      loadedAt: 5_000,
      manifest: null,
    };
    return { name: candidate.name, module, phases: { verify: 1, stage: 2 } };
  }

  async activate({ name, module }: { name: string; module: ActiveModule }): Promise<Activation> {
    const versions = this.running.get(name) ?? [];
    this.running.set(name, [module, ...versions]);
    return activation(module, versions[0] ?? null);
  }

  async discard() {}

  async rollback(name: string): Promise<Activation> {
    const [current, previous, ...older] = this.running.get(name) ?? [];
    if (previous === undefined) {
      const code = 'WAF_ERR_ENGINE_NO_PREVIOUS_VERSION';
      throw Object.assign(new Error(`${name} has no previous version to roll back to`), { code });
    }
    this.running.set(name, [previous, ...older]);
    return activation(previous, current ?? null);
  }

  async remove(name: string): Promise<Activation> {
    const [current = null] = this.running.get(name) ?? [];
    this.running.delete(name);
    return activation(null, current);
  }

  modules() {
    return [...this.running.values()].map(([module]) => module!);
  }

  previous(name: string) {
    return this.running.get(name)?.[1] ?? null;
  }

  async totals() {
    return this.totalsNow;
  }

  async events() {
    return [];
  }

  async close() {}
}

function activation(module: ActiveModule | null, previous: ActiveModule | null): Activation {
  const phases = { verify: 1, stage: 2, swap: 0.01 };
  return { module, previous, downtime_ms: 0.01, requests_during_reload: 3, phases };
}

/** Keeps everything in memory. */
export function memoryStore(saved: StoredModule[] = []): ModuleStore & {
  saved: StoredModule[];
  bytes: Map<string, Uint8Array>;
} {
  const bytes = new Map<string, Uint8Array>();
  return {
    artifactDir: '/nowhere',
    saved,
    bytes,
    put: async (digest, content) => void bytes.set(digest, content),
    get: async (digest) => bytes.get(digest),
    async save(modules) {
      this.saved = [...modules];
    },
    async load() {
      return this.saved.map((module) => [module]);
    },
  };
}

/** Metrics that remember the reloads. */
export function recordingMetrics() {
  const reloads: Parameters<NodeMetrics['reload']>[0][] = [];
  const revisions = new Map<string, number | null>();
  const metrics: NodeMetrics = {
    watchTraffic() {},
    reload: (attempt) => void reloads.push(attempt),
    runs: (module, revision) => void revisions.set(module, revision),
    drift() {},
    fleet() {},
    render: async () => ({ text: '# nothing\n', contentType: 'text/plain; version=0.0.4' }),
  };
  return { metrics, reloads, revisions };
}

type FleetPart = Pick<
  FleetNode,
  'desired' | 'fetchArtifact' | 'acknowledge' | 'onWake' | 'onReconcileRequest'
>;

/** A fleet in memory: set `state` and `artifacts`, read `acks`. */
export class FakeFleet implements FleetPart {
  state: DesiredState | null = null;
  readonly artifacts = new Map<string, Uint8Array>();
  readonly acks: Acknowledgement[] = [];
  reachable = true;
  fetches = 0;
  wake: (why: 'desired' | 'hint' | 'reconnect') => void = () => {};
  reconcile: () => Promise<{ readonly ok: boolean; readonly error?: string }> = async () => ({
    ok: false,
  });

  async desired() {
    if (!this.reachable) throw new Error('not connected to NATS');
    return this.state === null ? undefined : { value: this.state, version: 1 };
  }

  async fetchArtifact(digest: string) {
    this.fetches += 1;
    const bytes = this.artifacts.get(digest);
    if (bytes === undefined) throw new Error(`no artifact ${digest} is stored`);
    return bytes;
  }

  async acknowledge(ack: Acknowledgement) {
    this.acks.push(ack);
  }

  onWake(listener: typeof this.wake) {
    this.wake = listener;
    return () => {};
  }

  onReconcileRequest(handler: typeof this.reconcile) {
    this.reconcile = handler;
    return () => {};
  }

  /** Acknowledgements as `ACK waf v3`. */
  get said(): string[] {
    return this.acks.map(({ status, module, revision }) => `${status} ${module} ${revision}`);
  }
}

export function assignment(revision: number, digest: string): Assignment {
  return {
    target: 'all',
    revision: `v${revision}`,
    semver: `1.0.${revision}`,
    digest,
    size: 1,
    published_at: 1_000,
  };
}
