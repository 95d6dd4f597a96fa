import type { Document } from '../fleet/document.ts';
import type { FleetControl } from '../fleet/fleet.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { RuleDocument } from '../rules/rule-document.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { CompileThread } from './compile-thread.ts';
import { readCurrentRelease } from './current-release.ts';
import { isAlive } from './live-nodes.ts';
import { viewNode } from './node-view.ts';
import type { PipelineMetrics } from './pipeline-metrics.ts';
import { publish } from './publish.ts';
import type { ReloadQueue } from './queue.ts';
import type { ReleaseRecord } from './release.ts';
import { revisionNumber, UNIVERSAL_WAF } from './release.ts';
import type { ReleaseStore } from './release-store.ts';
import { semverOf } from './rules-record.ts';

export interface ReconcileDeps {
  readonly book: Pick<RuleBook, 'touch' | 'merged'>;
  readonly document: Document<RuleDocument>;
  readonly queue: Pick<ReloadQueue, 'mark' | 'onConnected'>;
  /** Runs the release worker past the queue, for when Redis stays away. */
  readonly release: () => Promise<unknown>;
  readonly thread: Pick<CompileThread, 'build'>;
  readonly store: ReleaseStore;
  readonly fleet: Pick<FleetControl, 'desired' | 'announce' | 'nodes' | 'pruneArtifacts'>;
  readonly metrics: PipelineMetrics;
  readonly log: Logger;
  readonly now: () => number;
  /** A change that waits longer than this is marked again; longer than the limiter holds one. */
  readonly overdueMs: number;
}

/**
 * Makes good what events missed. Nothing here is needed while everything works; after a crash or an
 * outage these steps bring what is stored and what runs together again. All of them may be repeated.
 */
export interface Reconciler {
  /** Once, when the orchestrator starts. What fails is done by a later tick. */
  start(): Promise<void>;
  /** Every few seconds. */
  tick(): Promise<void>;
}

const RECORDS_KEPT_AS_OBJECTS = 50;
const PRUNE_EVERY_MS = 3_600_000;
const ORIGIN = { actor: 'clock', source: 'clock' } as const;

export function createReconciler(deps: ReconcileDeps): Reconciler {
  const { book, document, queue, store, fleet, metrics, log, now } = deps;
  let expiry: { readonly version: number; readonly at: number | null } = { version: -1, at: null };
  let prunedAt = now();
  let caughtUp = false;

  return {
    async start() {
      queue.onConnected(() => {
        markWaiting().catch((error) => log.warn({ err: error }, 'marking what waits'));
      });
      await catchUp();
    },
    async tick() {
      if (!caughtUp) await catchUp();
      await releaseOverdue();
      await touchIfExpired();
      await measureFleet();
      await pruneObjects();
    },
  };

  /** What happened while no orchestrator ran. */
  async function catchUp(): Promise<void> {
    await finishPublications();
    await touchIfOutdated();
    caughtUp = true;
  }

  /** Milliseconds for which a promised revision has waited; null when none does. */
  async function waitingMs(): Promise<number | null> {
    const revisions = (await document.read())?.value.revisions;
    if (revisions === undefined) return null;
    if (revisions.open === null && revisions.releasing === null) return null;
    return now() - revisions.queued_at;
  }

  /** Redis may have been away, or have lost the marker. */
  async function markWaiting(): Promise<void> {
    if ((await waitingMs()) !== null) await queue.mark('normal');
  }

  /** Without Redis there is no limiter: what is overdue has waited for longer than it would hold it. */
  async function releaseOverdue(): Promise<void> {
    const waited = await waitingMs();
    if (waited === null || waited < deps.overdueMs) return;
    try {
      await queue.mark('normal');
    } catch (error) {
      log.warn({ err: error, waited }, 'releases without the queue');
      await deps.release();
    }
  }

  /** An orchestrator that died between record and desired state left a publication half done. */
  async function finishPublications(): Promise<void> {
    const [desired, latest] = await Promise.all([fleet.desired.read(), store.latest(10)]);
    const assigned = (module: string) =>
      Math.max(
        revisionNumber(desired?.value.removed?.[module] ?? 'v0'),
        ...(desired?.value.modules[module]?.assignments ?? []).map(({ revision }) =>
          revisionNumber(revision),
        ),
      );
    const unfinished = latest.filter(
      ({ outcome, module, revision }) =>
        outcome === 'published' && revisionNumber(revision) > assigned(module),
    );
    for (const record of unfinished.reverse()) {
      log.warn(
        { revision: record.revision },
        'finishes a publication of an orchestrator that died',
      );
      await publish({ record, bytes: await store.getArtifact(record.digest) }, { fleet, log });
    }
  }

  /** Static files, settings or the engine may have changed while no orchestrator ran. */
  async function touchIfOutdated(): Promise<void> {
    const { config, source } = await book.merged(now());
    const createdAt = new Date(now()).toISOString();
    const job = { config, sources: source, revision: 'v0', semver: semverOf('v0'), createdAt };
    const [built, last] = await Promise.all([deps.thread.build(job), lastRulesRelease()]);
    const outdated = !built.ok || built.contentDigest !== last?.content_digest;
    if (outdated) await book.touch('start', { actor: 'orchestrator', source: 'file' });
  }

  /** An upload on top of the rules stays until the rules change. */
  async function lastRulesRelease(): Promise<ReleaseRecord | undefined> {
    const latest = await store.latest(RECORDS_KEPT_AS_OBJECTS);
    return latest.find(
      ({ module, config_digest: config, outcome, target }) =>
        module === UNIVERSAL_WAF && config !== null && outcome === 'published' && target === 'all',
    );
  }

  /** Nodes stop applying an expired rule by themselves; the release only removes it from the bytes. */
  async function touchIfExpired(): Promise<void> {
    if (expiry.at !== null && now() >= expiry.at) {
      const { record } = await readCurrentRelease(UNIVERSAL_WAF, fleet, store);
      const released = record !== undefined && record.compiled_at >= expiry.at;
      if (!released) await book.touch('expiry', ORIGIN);
      expiry = { version: -1, at: null };
    }
    const version = (await document.read())?.version ?? 0;
    if (version === expiry.version) return;
    expiry = { version, at: (await book.merged(now())).nextExpiry };
  }

  async function measureFleet(): Promise<void> {
    const [reports, desired] = await Promise.all([fleet.nodes(), fleet.desired.read()]);
    const alive = reports.filter((report) => isAlive(report, now()));
    const drifts = alive.map((report) => viewNode(report, desired?.value, now()).drift);
    metrics.fleet(alive.length, drifts.filter(({ length }) => length === 0).length);
  }

  /** The archive keeps everything; the Object Store what nodes and rollbacks are likely to need. */
  async function pruneObjects(): Promise<void> {
    if (now() - prunedAt < PRUNE_EVERY_MS) return;
    prunedAt = now();
    const [desired, latest] = await Promise.all([
      fleet.desired.read(),
      store.latest(RECORDS_KEPT_AS_OBJECTS),
    ]);
    const assigned = Object.values(desired?.value.modules ?? {}).flatMap((module) =>
      module.assignments.map(({ digest }) => digest),
    );
    const recorded = latest.flatMap(({ digest, config_digest }) => [digest, config_digest ?? '']);
    const removed = await fleet.pruneArtifacts(new Set([...assigned, ...recorded]));
    if (removed > 0) log.info({ removed }, 'removed old artifacts from the Object Store');
  }
}
