import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { LIMITS } from '../config/limits.ts';
import type { EventSettings, NodeSettings, Settings } from '../config/settings.ts';
import { connectFleet } from '../fleet/connect-fleet.ts';
import type { FleetNode } from '../fleet/fleet.ts';
import { createFleetNode } from '../fleet/fleet-node.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createMetricsRegistry } from '../telemetry/metrics-registry.ts';
import { createNodeMetrics } from '../telemetry/node-metrics.ts';
import { startAdminServer } from './admin/admin-server.ts';
import type { AdminServices } from './admin/admin-services.ts';
import { createOrchestratorClient } from './admin/orchestrator-client.ts';
import { createRuleChanges, type RuleChanges } from './admin/rule-changes.ts';
import { ClusterDataPlane } from './data-plane/cluster-data-plane.ts';
import type { DataPlane } from './data-plane/data-plane.ts';
import { type DataPlaneConfig, defaultModuleName } from './data-plane/data-plane-config.ts';
import { createLocalDataPlane } from './data-plane/local-data-plane.ts';
import { ModuleControl } from './module-control.ts';
import { createModuleStore } from './module-store.ts';
import type { NodeMetrics } from './node-metrics.ts';
import { createNodeState, type NodeState } from './node-state.ts';
import { TokenBuckets } from './proxy/token-buckets.ts';
import { ReloadAccount } from './reload-account.ts';
import { ReloadJournal } from './reload-journal.ts';
import { reportBuilder } from './report.ts';
import { Heartbeat } from './subscriber/heartbeat.ts';
import { Subscriber } from './subscriber/subscriber.ts';
import type { PublishEvents } from './traffic/event-outbox.ts';

export interface RunningNode {
  readonly adminUrl: string;
  readonly dataUrl: string;
  /** Stops accepting, finishes requests under way, tells the fleet; done within 5 s. */
  close(): Promise<void>;
}

/** Milliseconds that requests under way have left when the node stops. */
const GRACE_MS = 3_000;

/**
 * Starts a mitigation node. It serves from its own disk first; the fleet is joined in the background,
 * so that a node starts although NATS, Redis and the orchestrator are away.
 */
export async function runNode(settings: Settings, log: Logger): Promise<RunningNode> {
  const parts = await assemble(settings, log);
  const { modules, plane, subscriber, heartbeat, state } = parts;
  const { node } = settings;

  const leave = async () => {
    await subscriber.stop();
    await parts.ruleChanges?.close();
    await Promise.all([plane.close(GRACE_MS), heartbeat.stop(), modules.flush()]);
    await parts.leaveFleet();
  };
  const listen = async () => {
    await modules.restore();
    const { port } = await plane.start();
    parts.urls.data = urlOf(node.host, port);
    const address = { host: node.admin_host, port: node.admin_port };
    const admin = await startAdminServer(adminServices(settings, parts, log), address);
    parts.urls.admin = urlOf(node.admin_host, admin.port);
    return admin;
  };
  const admin = await listen().catch(async (error: unknown) => {
    await leave();
    throw error;
  });
  subscriber.start();
  heartbeat.beat();
  announce(settings, { ...parts.urls, workers: plane.workers }, log);

  const close = async () => {
    log.info('node is stopping');
    state.drain();
    await leave();
    await admin.close();
  };
  let closing: Promise<void> | null = null;
  return {
    adminUrl: parts.urls.admin,
    dataUrl: parts.urls.data,
    close() {
      closing ??= close();
      return closing;
    },
  };
}

function announce({ auth, nats }: Settings, facts: object, log: Logger): void {
  log.info(facts, 'node is up');
  if (nats.url === '') {
    log.warn(
      'no NATS URL is configured, so this node runs alone: set NATS_URL or [nats] url to join a fleet; `npm start` runs one on this machine',
    );
  }
  if (auth.keys.length > 0) return;
  log.warn(
    'no API key is configured, so the management API refuses everything but /health, /ready and /metrics: set MANAGEMENT_API_KEY or [auth] keys',
  );
}

interface NodeParts {
  readonly plane: DataPlane;
  readonly fleet: FleetNode;
  readonly modules: ModuleControl;
  readonly subscriber: Subscriber;
  readonly heartbeat: Heartbeat;
  readonly state: NodeState;
  readonly journal: ReloadJournal;
  readonly metrics: NodeMetrics;
  readonly ruleChanges: RuleChanges | null;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Base URLs, known once the servers listen. */
  readonly urls: { admin: string; data: string };
  leaveFleet(): Promise<void>;
}

/** Makes the parts and joins them; nothing runs yet but the attempt to reach NATS. */
async function assemble(settings: Settings, log: Logger): Promise<NodeParts> {
  const { node, waf, signing } = settings;
  const now = Date.now;
  const startedAt = now();
  const store = createModuleStore(join(node.data_dir, node.id), log);
  const { orchestrator_url: _url, orchestrator_key: _key, ...traffic } = node;
  const { artifactDir } = store;
  const events = withHashKey(settings.events);
  // The data plane is there before the fleet is joined; events come only after that.
  const publish: PublishEvents = (observed) => fleet.publishTraffic(observed);
  const plane = await createDataPlane(
    { node: traffic, waf, signing, events, artifactDir },
    { log, ...(settings.nats.url === '' ? {} : { publish }) },
  );
  const { fleet, leaveFleet } = joinFleet(settings, log);
  const state = createNodeState({ fleet, plane, expectsFleet: settings.nats.url !== '' });
  const metrics: NodeMetrics = createNodeMetrics(createMetricsRegistry());
  metrics.watchTraffic(() => plane.totals());
  const journal = new ReloadJournal();
  const urls = { admin: '', data: '' };

  const modules: ModuleControl = new ModuleControl({
    ...{ plane, store, now, log },
    account: new ReloadAccount(journal, metrics, log),
    hotReload: waf.wasm.hot_reload_enabled,
    desiredRevision: (name) => subscriber.desiredRevision(name),
    onChange: () => heartbeat.beat(),
  });
  const subscriber: Subscriber = new Subscriber({
    ...{ fleet, modules, node, now, log },
    reconcileIntervalMs: node.reconcile_interval_ms,
    onDrift(names) {
      metrics.drift(names.length);
      if (state.setDrift(names)) heartbeat.beat();
    },
  });
  const heartbeat: Heartbeat = new Heartbeat({
    ...{ fleet, log },
    build: reportBuilder({ node, plane, modules, state: state.current, urls, startedAt, now }),
    intervalMs: node.heartbeat_interval_ms,
  });
  return {
    ...{ plane, fleet, modules, subscriber, heartbeat },
    ...{ state, journal, metrics, urls, startedAt, leaveFleet },
    ruleChanges: joinOrchestrator(settings, log),
  };
}

function createDataPlane(
  config: DataPlaneConfig,
  outlets: { readonly log: Logger; readonly publish?: PublishEvents },
): Promise<DataPlane> {
  const workers = config.node.workers || availableParallelism();
  const deps = { now: Date.now, ...outlets };
  return workers === 1
    ? createLocalDataPlane(config, { ...deps, tokens: new TokenBuckets() })
    : ClusterDataPlane.create(config, { ...deps, workers });
}

/** Hashes of bodies say nothing to those who do not have the key. */
function withHashKey(events: EventSettings): EventSettings {
  return events.hash_key === ''
    ? { ...events, hash_key: randomBytes(32).toString('base64') }
    : events;
}

/** null for a node that knows no orchestrator. */
function joinOrchestrator({ node, waf }: Settings, log: Logger): RuleChanges | null {
  if (node.orchestrator_url === '') return null;
  // A release may have to wait for the window of the limiter before the nodes even see it.
  const windowMs = waf.wasm.reload.max_reload_frequency_seconds * 1000;
  const waitMs = Math.ceil(windowMs + LIMITS.reload.timeout_ms);
  return createRuleChanges({ api: createOrchestratorClient(node), waitMs, log });
}

/** A node without a NATS URL runs alone: what it is given by hand, and its own disk. */
function joinFleet(
  { nats, node, events }: Settings,
  log: Logger,
): { fleet: FleetNode; leaveFleet: () => Promise<void> } {
  const leaving = new AbortController();
  const { signal } = leaving;
  const connecting =
    nats.url === ''
      ? new Promise<never>(() => {})
      : connectFleet(nats, { name: node.id, log, waitOnFirstConnect: true, signal });
  connecting.catch((error: unknown) => {
    if (!signal.aborted) log.error({ err: error }, 'cannot join the fleet');
  });
  const fleet = createFleetNode(connecting, nats, node, events.secbeat_subjects);
  const leaveFleet = async () => {
    leaving.abort();
    await fleet.close();
  };
  return { fleet, leaveFleet };
}

function adminServices(settings: Settings, parts: NodeParts, log: Logger): AdminServices {
  const { modules, plane, journal, metrics, fleet, state, ruleChanges, startedAt } = parts;
  return {
    ...{ modules, plane, journal, ruleChanges, startedAt, log },
    auth: settings.auth,
    nodeId: settings.node.id,
    defaultModule: defaultModuleName(settings.waf),
    metrics: {
      render() {
        metrics.fleet(fleet.status());
        return metrics.render();
      },
    },
    fleet: () => fleet.status(),
    state: state.current,
    now: Date.now,
  };
}

/** A node that listens on every address is reached by the loopback one, as far as it knows itself. */
function urlOf(host: NodeSettings['host'], port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
