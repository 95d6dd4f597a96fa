import { describe, expect, it } from 'vitest';
import { createReconciler } from '../../../src/pipeline/reconcile.ts';
import { unassignModule } from '../../../src/pipeline/unassign-module.ts';
import { uriRule } from './memory-book.ts';
import { nodeReport } from './memory-fleet.ts';
import type { DurableState } from './memory-pipeline.ts';
import { desiredRules, durableState, fakeBuild, NOW, workerOver } from './memory-pipeline.ts';
import { releaseRecord } from './memory-records.ts';

describe('reconciler', () => {
  it('reconcile - at the first start the rules that ship are released', async () => {
    const state = durableState();
    const { reconciler, worker } = reconcilerOver(state);
    await reconciler.start();
    await worker.run();
    expect(state.records.all.get('v1')).toMatchObject({ cause: 'start', outcome: 'published' });
  });

  it('reconcile - a start with rules that run already promises nothing', async () => {
    const state = durableState();
    await state.book.add(uriRule('a'));
    await workerOver(state).run();
    await reconcilerOver(state).reconciler.start();
    expect(state.book.document.current()?.revisions).toMatchObject({ last: 1, open: null });
  });

  it('reconcile - an upload on top of the rules survives a restart', async () => {
    const state = durableState();
    await state.book.add(uriRule('a'));
    await workerOver(state).run();
    state.records.all.set(
      'v2',
      releaseRecord('v2', { cause: 'upload', config_digest: null, previous: 'v1' }),
    );
    await reconcilerOver(state).reconciler.start();
    expect(state.book.document.current()?.revisions.open).toBeNull();
    expect(state.fleet.desired.current()?.modules['universal-waf']?.assignments).toMatchObject([
      { revision: 'v2' },
    ]);
  });

  it('reconcile - a publication that was recorded and not assigned is finished, once', async () => {
    const state = durableState();
    state.records.all.set('v1', releaseRecord('v1', { module: 'mine', cause: 'upload' }));
    state.records.all.set('v2', releaseRecord('v2', { module: 'mine', cause: 'upload' }));
    const { reconciler } = reconcilerOver(state);
    await reconciler.start();
    expect(state.fleet.desired.current()?.modules.mine?.assignments).toMatchObject([
      { revision: 'v2' },
    ]);
    const hints = state.fleet.hints.length;
    await reconciler.start();
    expect(state.fleet.hints).toHaveLength(hints);
  });

  it('reconcile - a module that was taken off stays off', async () => {
    const state = durableState();
    state.records.all.set('v2', releaseRecord('v2', { module: 'mine', cause: 'upload' }));
    await reconcilerOver(state).reconciler.start();
    const current = await state.fleet.desired.read();
    const removed = unassignModule(current?.value, 'mine');
    expect(removed?.removed).toEqual({ mine: 'v2' });
    await state.fleet.desired.write(removed!, current!.version);
    await reconcilerOver(state).reconciler.start();
    expect(state.fleet.desired.current()?.modules).toEqual({});
  });

  it('reconcile - what waits is marked when redis connects, and again only when it is overdue', async () => {
    const state = durableState();
    await state.book.add(uriRule('a'));
    await workerOver(state).run();
    const { reconciler, marks, connect, clock } = reconcilerOver(state);
    await reconciler.start();
    await connect();
    expect(marks).toEqual([]);
    await state.book.add(uriRule('b'));
    await connect();
    expect(marks).toEqual(['normal']);
    clock.now = 1_000 + 14_999;
    await reconciler.tick();
    expect(marks).toHaveLength(1);
    clock.now = 1_000 + 15_000;
    await reconciler.tick();
    expect(marks).toHaveLength(2);
  });

  it('reconcile - without redis what is overdue is released past the queue', async () => {
    const state = durableState();
    await state.book.add(uriRule('a'));
    const { reconciler, clock, redis } = reconcilerOver(state);
    redis.down = true;
    clock.now = 1_000 + 14_999;
    await reconciler.start();
    await reconciler.tick();
    expect(desiredRules(state)).toBeNull();
    clock.now = 1_000 + 15_000;
    await reconciler.tick();
    expect(desiredRules(state)?.rules).toEqual(['a']);
  });

  it('reconcile - the first expiry is touched once it is over', async () => {
    const state = durableState();
    await state.book.add(uriRule('a'));
    const { reconciler, worker, clock, expire } = reconcilerOver(state);
    await worker.run();
    expire.at = NOW + 100;
    await reconciler.tick();
    clock.now = NOW + 99;
    await reconciler.tick();
    expect(state.book.document.current()?.revisions.open).toBeNull();
    clock.now = NOW + 100;
    expire.at = null;
    await reconciler.tick();
    expect(state.book.document.current()?.revisions).toMatchObject({ open: 2, cause: 'expiry' });
    await worker.run();
    await reconciler.tick();
    expect(state.book.document.current()?.revisions).toMatchObject({ last: 2, open: null });
  });

  it('reconcile - an expiry that a release has seen already is not touched', async () => {
    const state = durableState();
    await state.book.add(uriRule('a'));
    await workerOver(state).run();
    const record = state.records.all.get('v1') ?? releaseRecord('v1');
    state.records.all.set('v1', { ...record, compiled_at: NOW + 100 });
    const { reconciler, clock, expire } = reconcilerOver(state);
    expire.at = NOW + 100;
    await reconciler.tick();
    clock.now = NOW + 100;
    expire.at = null;
    await reconciler.tick();
    expect(state.book.document.current()?.revisions.open).toBeNull();
  });

  it('reconcile - counts the nodes that are alive and those that run what they should', async () => {
    const state = durableState();
    await state.book.add(uriRule('a'));
    const { reconciler, worker, fleetSizes } = reconcilerOver(state);
    await worker.run();
    const digest = state.records.all.get('v1')?.digest ?? '';
    const observed = { revision: 'v1', digest, activated_at: 0, origin: 'fleet' as const };
    state.fleet.report(
      nodeReport('ok', { reported_at: NOW, modules: { 'universal-waf': observed } }),
    );
    state.fleet.report(nodeReport('behind', { reported_at: NOW }));
    state.fleet.report(nodeReport('dead', { reported_at: 0 }));
    await reconciler.tick();
    expect(fleetSizes).toEqual([[2, 1]]);
  });

  it('reconcile - once an hour objects are pruned, but not what runs or was released lately', async () => {
    const state = durableState();
    await state.book.add(uriRule('a'));
    const { reconciler, worker, clock, pruned } = reconcilerOver(state);
    await worker.run();
    await reconciler.tick();
    expect(pruned).toEqual([]);
    clock.now = NOW + 3_600_000;
    await reconciler.tick();
    const record = state.records.all.get('v1');
    expect(pruned).toHaveLength(1);
    expect([...(pruned[0] ?? [])].sort()).toEqual([record?.digest, record?.config_digest].sort());
    expect(desiredRules(state)?.rules).toEqual(['a']);
  });
});

function reconcilerOver(state: DurableState) {
  const worker = workerOver(state);
  const clock = { now: NOW };
  const expire: { at: number | null } = { at: null };
  const marks: string[] = [];
  const redis = { down: false };
  const fleetSizes: [number, number][] = [];
  const pruned: ReadonlySet<string>[] = [];
  const connected: (() => void)[] = [];
  const reconciler = createReconciler({
    ...worker.deps,
    book: {
      touch: state.book.touch,
      merged: async (now) => ({ ...(await state.book.merged(now)), nextExpiry: expire.at }),
    },
    document: state.book.document,
    queue: {
      mark: async (lane) => {
        if (redis.down) throw new Error('redis is down');
        marks.push(lane);
      },
      onConnected: (listener) => void connected.push(listener),
    },
    release: () => worker.run(),
    thread: { build: fakeBuild },
    fleet: {
      ...worker.deps.fleet,
      pruneArtifacts: async (keep) => {
        pruned.push(keep);
        return 0;
      },
    },
    metrics: {
      ...worker.deps.metrics,
      fleet: (alive, converged) => void fleetSizes.push([alive, converged]),
    },
    now: () => clock.now,
    overdueMs: 15_000,
  });
  return {
    reconciler,
    worker,
    clock,
    expire,
    marks,
    redis,
    fleetSizes,
    pruned,
    /** Redis connects; the reaction runs to its end. */
    async connect() {
      for (const listener of connected) listener();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
