import { pino } from 'pino';
import { digestOf } from '../../../src/artifact/digest.ts';
import { canonicalJson } from '../../../src/config/canonical-json.ts';
import { allocateRevision } from '../../../src/pipeline/allocate-revision.ts';
import type { BuildJob, BuildResult } from '../../../src/pipeline/compile-protocol.ts';
import type { PipelineMetrics } from '../../../src/pipeline/pipeline-metrics.ts';
import type { ReleaseRecord } from '../../../src/pipeline/release.ts';
import { digestRules, packConfig } from '../../../src/pipeline/release-config.ts';
import { createReleaseStore } from '../../../src/pipeline/release-store.ts';
import { createReleaseWorker } from '../../../src/pipeline/release-worker.ts';
import type { WafConfig } from '../../../src/rules/model.ts';
import { memoryBook } from './memory-book.ts';
import { memoryBytes, memoryFleet, memoryRecords } from './memory-fleet.ts';

export const NOW = 1_000_000;
export const silentLog = pino({ level: 'silent' });

export const silentMetrics: PipelineMetrics = {
  marked: () => undefined,
  queueWait: () => undefined,
  releasePhase: () => undefined,
  released: () => undefined,
  releaseFailed: () => undefined,
  publishToActive: () => undefined,
  rejectedByNode: () => undefined,
  fleet: () => undefined,
  activeRevision: () => undefined,
};

/** Stands in for the compiler: rules whose id begins with `bad` do not build. */
export async function fakeBuild({ config, revision }: BuildJob): Promise<BuildResult> {
  const bad = config.rules.filter(({ id }) => id.startsWith('bad'));
  if (bad.length > 0) {
    return {
      ok: false,
      diagnostics: bad.map(({ id }) => ({
        code: 'WAF_ERR_COMPILE_TEST',
        pointer: '/rules',
        message: `${id} does not build`,
        hint: '',
        ...(id === 'bad-nobody' ? {} : { rule_id: id }),
      })),
    };
  }
  const bytes = Buffer.from(canonicalJson({ config, revision }));
  return {
    ok: true,
    bytes,
    digest: digestOf(bytes),
    contentDigest: digestOf(canonicalJson(config)),
    config: packConfig(config),
    ruleDigests: digestRules(config.rules),
  };
}

/** Everything that outlives a process: what a crash leaves behind. */
export function durableState() {
  return {
    book: memoryBook(),
    fleet: memoryFleet(),
    records: memoryRecords<ReleaseRecord>(),
    objects: memoryBytes(),
    artifacts: memoryBytes(),
    configs: memoryBytes(),
    files: [] as WafConfig[],
  };
}

export type DurableState = ReturnType<typeof durableState>;

type Wrap = <F extends (...args: never[]) => Promise<unknown>>(call: F) => F;

/** A worker process over that state. `wrap` gets every call that leaves the process. */
export function workerOver(state: DurableState, wrap: Wrap = (call) => call) {
  const { book, fleet, records } = state;
  const bytes = (place: ReturnType<typeof memoryBytes>) => ({
    put: wrap(place.put),
    get: wrap(place.get),
    has: async (digest: string) => place.all.has(digest),
    list: async () => [...place.all.keys()],
  });
  const store = createReleaseStore({
    records: {
      create: wrap(records.create),
      correct: wrap(records.correct),
      get: wrap(records.get),
      latest: wrap(records.latest),
    },
    objects: bytes(state.objects),
    artifacts: bytes(state.artifacts),
    configs: bytes(state.configs),
  });
  const desired = {
    ...fleet.desired,
    read: wrap(fleet.desired.read),
    write: wrap(fleet.desired.write),
  };
  const deps = {
    book: { ...book, take: wrap(book.take), done: wrap(book.done), merged: wrap(book.merged) },
    thread: { build: fakeBuild },
    store,
    fleet: { ...fleet.fleet, desired, announce: wrap(fleet.fleet.announce) },
    wafConfig: { write: wrap(async (config: WafConfig) => void state.files.push(config)) },
    allocateRevision: wrap(() => allocateRevision(book.document)),
    metrics: silentMetrics,
    log: silentLog,
    now: () => NOW,
  };
  return { ...createReleaseWorker(deps), deps, store };
}

/** The artifact that all nodes should run, parsed back. */
export function desiredRules(state: DurableState): { revision: string; rules: string[] } | null {
  const module = state.fleet.desired.current()?.modules['universal-waf'];
  const assignment = module?.assignments.at(-1);
  if (assignment === undefined) return null;
  const bytes = state.objects.all.get(assignment.digest);
  const { config } = JSON.parse(Buffer.from(bytes ?? '{}').toString()) as { config: WafConfig };
  return { revision: assignment.revision, rules: config.rules.map(({ id }) => id) };
}
