import type { FleetControl } from '../fleet/fleet.ts';
import type { NodeReport } from '../fleet/node-report.ts';
import type { Diagnostic } from '../rules/diagnostic.ts';
import type { RuleBook, TakenRelease } from '../rules/rule-book.ts';
import type { BuildReleasableDeps } from './build-releasable.ts';
import { buildReleasable } from './build-releasable.ts';
import type { BuiltRelease } from './compile-protocol.ts';
import type { CurrentRelease } from './current-release.ts';
import { readCurrentRelease } from './current-release.ts';
import { expectedNodes } from './live-nodes.ts';
import type { PipelineMetrics, ReleasePhase } from './pipeline-metrics.ts';
import { publish } from './publish.ts';
import type { ReleaseRecord } from './release.ts';
import { overtakenRecord, revisionNumber, UNIVERSAL_WAF } from './release.ts';
import type { RuleDigests } from './release-config.ts';
import { compareRules, digestRules } from './release-config.ts';
import type { ReleaseStore } from './release-store.ts';
import { describeTaken, emptyRecord } from './rules-record.ts';

export interface ReleaseWorkerDeps extends BuildReleasableDeps {
  readonly book: Pick<RuleBook, 'take' | 'done' | 'merged' | 'kill'>;
  readonly store: ReleaseStore;
  readonly fleet: Pick<FleetControl, 'desired' | 'announce' | 'nodes'>;
  /** A revision number for rules whose own was overtaken. */
  readonly allocateRevision: () => Promise<number>;
  readonly metrics: PipelineMetrics;
}

export interface ReleaseWorker {
  /**
   * Takes what waits in the rule book, if anything, and settles it: published, unchanged, superseded or
   * failed. True when nodes have to reload; the first release of a fleet is none to them. Calls queue
   * up behind each other.
   */
  run(): Promise<boolean>;
}

/**
 * The release worker: rules → artifact → desired state.
 *
 *   take → merge → build → store bytes → write record → assign → announce → done
 *
 * A worker may die between any two steps: `take` then returns the same revision again, and each step
 * either finds its work done or does it. Two workers may do the same revision at a time: the record is
 * written once, and the one who comes second goes on with what the first one recorded.
 */
export function createReleaseWorker(deps: ReleaseWorkerDeps): ReleaseWorker {
  const { book, store, fleet, metrics, log, now } = deps;
  let tail: Promise<unknown> = Promise.resolve();
  let lastRules: { readonly config: string; readonly digests: RuleDigests } | null = null;

  return {
    run() {
      const result = tail.then(releaseOpen);
      tail = result.catch(() => undefined);
      return result;
    },
  };

  async function releaseOpen(): Promise<boolean> {
    const taken = await timed('take', () => book.take());
    if (taken === null) return false;
    metrics.queueWait(Math.max(0, now() - taken.queued_at) / 1_000);
    const { outcome, previous } = await settle(taken, `v${taken.revision}`);
    await book.done(taken.revision);
    return outcome === 'published' && previous !== null;
  }

  /** Brings one revision to an end. */
  async function settle(taken: TakenRelease, revision: string): Promise<ReleaseRecord> {
    const [known, current, nodes, built] = await Promise.all([
      store.record(revision),
      readCurrentRelease(UNIVERSAL_WAF, fleet, store),
      fleet.nodes(),
      timed('compile', () => buildReleasable(revision, deps)),
    ]);
    if (known !== undefined) return resume(taken, known);
    if (!built.ok) return settleFailed(taken, revision, current, built.diagnostics);
    if (current.uniform && current.record?.content_digest === built.contentDigest) {
      return settleUnchanged(taken, revision, current.record, built);
    }
    if (isOvertaken(revision, current)) return supersede(taken, revision, current);
    return release(taken, revision, current, nodes, built);
  }

  async function release(
    taken: TakenRelease,
    revision: string,
    current: CurrentRelease,
    nodes: readonly NodeReport[],
    built: BuiltRelease,
  ): Promise<ReleaseRecord> {
    const compiled_at = now();
    const [before] = await Promise.all([rulesOf(current.record), storeBytes(built)]);
    const published_at = now();
    const record: ReleaseRecord = {
      ...emptyRecord(revision, describeTaken(taken), current.revision),
      digest: built.digest,
      content_digest: built.contentDigest,
      config_digest: built.config.digest,
      size: built.bytes.length,
      rules: compareRules(before, built.ruleDigests),
      compiled_at,
      published_at,
      expected_nodes: expectedNodes(nodes, 'all', published_at),
      outcome: 'published',
    };
    if (!(await timed('record', () => store.createRecord(record)))) return adopt(taken, revision);
    lastRules = { config: built.config.digest, digests: built.ruleDigests };
    if (!(await assign(record, built.bytes, current))) return giveWay(taken, record);
    return finished(record);
  }

  /** The rules behave like what runs: the promise is kept, and nothing is sent. */
  async function settleUnchanged(
    taken: TakenRelease,
    revision: string,
    running: ReleaseRecord,
    built: BuiltRelease,
  ): Promise<ReleaseRecord> {
    const { digest, content_digest, config_digest, size } = running;
    const record: ReleaseRecord = {
      ...emptyRecord(revision, describeTaken(taken), running.revision),
      ...{ digest, content_digest, config_digest, size },
      rules: compareRules(await rulesOf(running), built.ruleDigests),
      compiled_at: now(),
      published_at: now(),
      outcome: 'unchanged',
    };
    if (!(await store.createRecord(record))) return adopt(taken, revision);
    return finished(record);
  }

  /** The rules that run now, to tell what a release changes. An upload has none that we know of. */
  async function rulesOf(record: ReleaseRecord | undefined): Promise<RuleDigests> {
    const digest = record?.config_digest ?? null;
    if (digest === null) return new Map();
    if (lastRules?.config === digest) return lastRules.digests;
    return digestRules((await store.getConfig(digest))?.rules ?? []);
  }

  /** Bytes are stored before anything names them. */
  async function storeBytes(built: BuiltRelease): Promise<void> {
    await timed('store', () =>
      Promise.all([
        store.putArtifact(built.digest, built.bytes),
        store.putConfig(built.config.digest, built.config.bytes),
      ]),
    );
  }

  async function assign(
    record: ReleaseRecord,
    bytes: Uint8Array | undefined,
    current?: CurrentRelease,
  ): Promise<boolean> {
    const publication = { record, bytes, desired: current?.desired, order: 0 };
    const isPublished = await timed('assign', () => publish(publication, { fleet, log }));
    if (isPublished) metrics.activeRevision(record.module, revisionNumber(record.revision));
    return isPublished;
  }

  /** As `supersede`, for a release that was overtaken after it was recorded. */
  async function giveWay(taken: TakenRelease, record: ReleaseRecord): Promise<ReleaseRecord> {
    const successor = `v${await deps.allocateRevision()}`;
    const overtaken = overtakenRecord(record, successor);
    if (!(await store.correctRecord(overtaken))) return adopt(taken, record.revision);
    finished(overtaken);
    return settle(taken, successor);
  }

  /** Another worker recorded the revision first, or this one before it died. */
  async function adopt(taken: TakenRelease, revision: string): Promise<ReleaseRecord> {
    const record = await store.record(revision);
    if (record === undefined) throw new Error(`${revision} is recorded and cannot be read`);
    return resume(taken, record);
  }

  async function resume(taken: TakenRelease, record: ReleaseRecord): Promise<ReleaseRecord> {
    log.info({ revision: record.revision, outcome: record.outcome }, 'went on with a release');
    if (record.superseded_by !== undefined) return settle(taken, record.superseded_by);
    if (record.outcome === 'published') {
      await assign(record, await store.getArtifact(record.digest));
    }
    return record;
  }

  /** An upload or a rollback took a higher revision meanwhile: these rules get one above it. */
  async function supersede(
    taken: TakenRelease,
    revision: string,
    current: CurrentRelease,
  ): Promise<ReleaseRecord> {
    const successor = `v${await deps.allocateRevision()}`;
    const record: ReleaseRecord = {
      ...emptyRecord(revision, describeTaken(taken), current.revision),
      published_at: now(),
      outcome: 'superseded',
      superseded_by: successor,
    };
    if (!(await store.createRecord(record))) return adopt(taken, revision);
    finished(record);
    return settle(taken, successor);
  }

  async function settleFailed(
    taken: TakenRelease,
    revision: string,
    current: CurrentRelease,
    diagnostics: readonly Diagnostic[],
  ): Promise<ReleaseRecord> {
    const record: ReleaseRecord = {
      ...emptyRecord(revision, describeTaken(taken), current.revision),
      published_at: now(),
      outcome: 'failed',
      diagnostics: diagnostics.slice(0, 20),
    };
    if (!(await store.createRecord(record))) return adopt(taken, revision);
    log.error({ revision, diagnostics: record.diagnostics }, 'the rules could not be built');
    return finished(record);
  }

  function finished(record: ReleaseRecord): ReleaseRecord {
    const { revision, cause, actor, outcome, digest, rules, size } = record;
    metrics.released(cause, outcome);
    log.info({ revision, cause, actor, outcome, digest, size, rules: rules.total }, 'release');
    return record;
  }

  async function timed<T>(phase: ReleasePhase, action: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await action();
    } finally {
      metrics.releasePhase(phase, (performance.now() - start) / 1_000);
    }
  }
}

function isOvertaken(revision: string, current: CurrentRelease): boolean {
  return current.revision !== null && revisionNumber(current.revision) > revisionNumber(revision);
}
