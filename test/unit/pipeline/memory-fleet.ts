import type { DesiredState } from '../../../src/fleet/desired-state.ts';
import type { Document, Versioned } from '../../../src/fleet/document.ts';
import type { ArtifactStore, FleetControl, Records, ReloadHint } from '../../../src/fleet/fleet.ts';
import type { Acknowledgement, NodeReport } from '../../../src/fleet/node-report.ts';

/** A shared document in memory, with real compare-and-set and versions with gaps. */
export function memoryDocument<T>(initial?: T): Document<T> & { current(): T | undefined } {
  let stored: Versioned<T> | undefined = initial && { value: initial, version: 3 };
  const watchers = new Set<(current: Versioned<T>) => void>();
  return {
    current: () => stored?.value,
    read: async () => stored,
    async write(value, expected) {
      if ((stored?.version ?? 0) !== expected) return 'conflict';
      stored = { value, version: expected + 2 };
      for (const watcher of watchers) watcher(stored);
      return stored.version;
    },
    async watch(onChange) {
      watchers.add(onChange);
      if (stored !== undefined) onChange(stored);
      return async () => void watchers.delete(onChange);
    },
  };
}

export function memoryRecords<T extends { revision: string }>(): Records<T> & {
  all: Map<string, T>;
} {
  const all = new Map<string, T>();
  return {
    all,
    async create(key, value) {
      if (all.has(key)) return false;
      all.set(key, value);
      return true;
    },
    async correct(key, value) {
      if (!all.has(key)) return false;
      all.set(key, value);
      return true;
    },
    get: async (key) => all.get(key),
    async latest(limit) {
      const number = ({ revision }: T) => Number(revision.slice(1));
      return [...all.values()].sort((a, b) => number(b) - number(a)).slice(0, limit);
    },
  };
}

export function memoryBytes(): ArtifactStore & { all: Map<string, Uint8Array> } {
  const all = new Map<string, Uint8Array>();
  return {
    all,
    put: async (digest, bytes) => void all.set(digest, bytes),
    get: async (digest) => all.get(digest),
  };
}

/** A fleet without a network: what the control plane writes can be read, what nodes say is told to it. */
export function memoryFleet() {
  const desired = memoryDocument<DesiredState>();
  const hints: ReloadHint[] = [];
  const reports = new Map<string, NodeReport>();
  const acks: Acknowledgement[] = [];
  const onReport = new Set<(report: NodeReport) => void>();
  const onAck = new Set<(ack: Acknowledgement) => void>();
  const reconciled: string[] = [];
  const fleet: Pick<
    FleetControl,
    | 'announce'
    | 'nodes'
    | 'acknowledgements'
    | 'onReport'
    | 'onAcknowledgement'
    | 'requestReconcile'
    | 'pruneArtifacts'
  > & { readonly desired: typeof desired } = {
    desired,
    announce: async (hint) => void hints.push(hint),
    nodes: async () => [...reports.values()],
    acknowledgements: async (revision) => acks.filter((ack) => ack.revision === revision),
    onReport(listener) {
      onReport.add(listener);
      return () => void onReport.delete(listener);
    },
    onAcknowledgement(listener) {
      onAck.add(listener);
      return () => void onAck.delete(listener);
    },
    async requestReconcile(node) {
      reconciled.push(node);
      return { ok: true };
    },
    pruneArtifacts: async () => 0,
  };
  return {
    fleet,
    desired,
    hints,
    reconciled,
    report(report: NodeReport) {
      reports.set(report.id, report);
      for (const listener of onReport) listener(report);
    },
    acknowledge(ack: Acknowledgement) {
      acks.push(ack);
      for (const listener of onAck) listener(ack);
    },
  };
}

export function nodeReport(id: string, more: Partial<NodeReport> = {}): NodeReport {
  return {
    id,
    labels: {},
    version: '0.1.0',
    admin_url: '',
    data_url: '',
    workers: 1,
    started_at: 0,
    reported_at: 1_000_000,
    state: 'ready',
    modules: {},
    counters: { requests: 0, blocked: 0, rate_limited: 0, logged: 0 },
    ...more,
  };
}

export function acknowledgement(
  node: string,
  revision: string,
  more: Partial<Acknowledgement> = {},
): Acknowledgement {
  return {
    status: 'ACK',
    node,
    module: 'universal-waf',
    revision,
    digest: `sha256:${revision}`,
    running: null,
    at: 0,
    publish_to_active_ms: 12,
    phases: {},
    requests_during_reload: 0,
    downtime_ms: 0,
    ...more,
  };
}
