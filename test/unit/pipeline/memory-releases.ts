import { createReleases } from '../../../src/pipeline/create-releases.ts';
import type { Releases } from '../../../src/pipeline/releases.ts';
import { uriRule } from './memory-book.ts';
import { acknowledgement, nodeReport } from './memory-fleet.ts';
import type { DurableState } from './memory-pipeline.ts';
import { durableState, NOW, silentLog, silentMetrics, workerOver } from './memory-pipeline.ts';

/** Releases over a memory fleet in which these nodes are alive. */
export async function fleetOf(...nodes: string[]) {
  const state = durableState();
  for (const id of nodes) state.fleet.report(nodeReport(id, { reported_at: NOW }));
  const worker = workerOver(state);
  const marks = recordMarks();
  const releases: Releases = await createReleases({
    ...worker.deps,
    fleet: { ...worker.deps.fleet } as never,
    document: state.book.document,
    marker: marks,
    checkUpload: async () => ({ digest: 'sha256:upload', manifest: null }),
    metrics: silentMetrics,
    log: silentLog,
  });
  const release = async (id: string) => {
    await state.book.add(uriRule(id));
    await worker.run();
    const [latest] = await state.records.latest(1);
    if (latest === undefined) throw new Error('nothing was released');
    return latest;
  };
  return { state, worker, releases, release, marks };
}

function recordMarks() {
  const seen: string[] = [];
  let wake: (() => void) | undefined;
  return {
    async mark(lane: string) {
      seen.push(lane);
      wake?.();
    },
    reached: (lane: string) =>
      new Promise<void>((resolve) => {
        wake = () => seen.includes(lane) && resolve();
        wake();
      }),
  };
}

/** Lets another release go by between the record of each of these revisions and its publication. */
export function overtake(
  { state, worker, releases }: Awaited<ReturnType<typeof fleetOf>>,
  ...revisions: string[]
): void {
  const { createRecord } = worker.store;
  worker.store.createRecord = async (record) => {
    const created = await createRecord(record);
    if (!revisions.includes(record.revision)) return created;
    const bytes = Buffer.from(`overtakes ${record.revision}`);
    state.objects.all.set('sha256:upload', bytes);
    const module = { name: 'universal-waf', bytes, target: 'all' as const };
    await releases.deployModule({ ...module, actor: 'somebody', timeoutMs: 0 });
    return created;
  };
}

/** Nodes answer as soon as the revision is announced. */
export async function answered(
  state: DurableState,
  revision: string,
  ...nodes: string[]
): Promise<void> {
  while (!state.fleet.hints.some((hint) => hint.revision === revision)) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  for (const node of nodes) state.fleet.acknowledge(acknowledgement(node, revision));
}

export async function untilAsked(state: DurableState, node: string): Promise<void> {
  while (!state.fleet.reconciled.includes(node)) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
