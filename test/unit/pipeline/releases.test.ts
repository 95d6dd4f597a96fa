import { describe, expect, it } from 'vitest';
import { createReleases } from '../../../src/pipeline/create-releases.ts';
import type { Releases } from '../../../src/pipeline/releases.ts';
import { uriRule } from './memory-book.ts';
import { acknowledgement, nodeReport } from './memory-fleet.ts';
import type { DurableState } from './memory-pipeline.ts';
import {
  desiredRules,
  durableState,
  NOW,
  silentLog,
  silentMetrics,
  workerOver,
} from './memory-pipeline.ts';

describe('releases', () => {
  it('releases - are listed newest first with what the nodes said', async () => {
    const { state, releases, release } = await fleetOf('node-1');
    await release('a');
    await release('b');
    state.fleet.acknowledge(acknowledgement('node-1', 'v2'));
    const listed = await releases.list(10);
    expect(listed.map(({ revision, converged }) => [revision, converged])).toEqual([
      ['v2', true],
      ['v1', false],
    ]);
    expect(await releases.get('v9')).toBeUndefined();
  });

  it('settled - resolves when the last expected node answers', async () => {
    const { state, releases, release } = await fleetOf('node-1', 'node-2');
    await release('a');
    const settled = releases.settled('v1', 60_000);
    state.fleet.acknowledge(acknowledgement('node-1', 'v1'));
    state.fleet.acknowledge(acknowledgement('node-2', 'v1'));
    expect(await settled).toMatchObject({ converged: true, waiting: [] });
  });

  it('settled - waits for a revision that is promised and not released yet', async () => {
    const { state, releases, worker } = await fleetOf('node-1');
    await state.book.add(uriRule('a'));
    const settled = releases.settled('v1', 60_000);
    await worker.run();
    state.fleet.acknowledge(acknowledgement('node-1', 'v1'));
    expect(await settled).toMatchObject({ revision: 'v1', converged: true });
  });

  it('settled - says what is known when the time is over', async () => {
    const { state, releases, release } = await fleetOf('node-1');
    await release('a');
    expect(await releases.settled('v1', 0)).toMatchObject({ waiting: ['node-1'] });
    await state.book.add(uriRule('b'));
    await expect(releases.settled('v2', 0)).rejects.toMatchObject({
      code: 'WAF_ERR_RELEASE_NOT_YET',
      kind: 'timeout',
    });
    for (const unknown of ['v3', 'x', '']) {
      await expect(releases.settled(unknown, 60_000)).rejects.toMatchObject({ kind: 'unknown' });
    }
  });

  it('settled - follows a superseded revision to the one that carries its rules', async () => {
    const { state, releases, release } = await fleetOf();
    await release('a');
    await state.book.add(uriRule('b'));
    const current = await state.fleet.desired.read();
    const module = current?.value.modules['universal-waf'];
    const assignments = [{ ...module?.assignments[0], revision: 'v2', digest: 'sha256:other' }];
    const modules = { 'universal-waf': { ...module, assignments } } as never;
    await state.book.touch('rules', { actor: 'x', source: 'http' });
    await bumpRevision(state);
    await state.fleet.desired.write({ format: 1, modules }, current?.version ?? 0);
    await bumpDesired(state, 'v3');
    await workerOver(state).run();
    expect(await releases.settled('v2', 1_000)).toMatchObject({ revision: 'v4', converged: true });
  });
});

describe('rollback', () => {
  it('rollback - publishes the bytes of the release before under a new revision', async () => {
    const { state, releases, release, worker } = await fleetOf('node-1');
    const good = await release('a');
    await release('b');
    const rollback = releases.rollback({ target: 'all', actor: 'me' });
    await answered(state, 'v4', 'node-1');
    expect(await rollback).toMatchObject({
      revision: 'v4',
      cause: 'rollback',
      actor: 'me',
      restores: 'v1',
      previous: 'v2',
      digest: good.digest,
      rules: { total: 1, added: [], changed: [], removed: ['b'] },
      converged: true,
    });
    expect(desiredRules(state)).toEqual({ revision: 'v4', rules: ['a'] });
    // What restore promised behaves like what runs already.
    expect(await worker.run()).toBe(false);
    expect(state.records.all.get('v3')?.outcome).toBe('unchanged');
  });

  it('rollback - twice goes back two releases', async () => {
    const { state, releases, release } = await fleetOf();
    await release('a');
    await release('b');
    await release('c');
    expect(await releases.rollback({ target: 'all', actor: 'me' })).toMatchObject({
      restores: 'v2',
    });
    expect(desiredRules(state)?.rules).toEqual(['a', 'b']);
    expect(await releases.rollback({ target: 'all', actor: 'me' })).toMatchObject({
      restores: 'v1',
    });
    expect(desiredRules(state)?.rules).toEqual(['a']);
    await expect(releases.rollback({ target: 'all', actor: 'me' })).rejects.toMatchObject({
      code: 'WAF_ERR_RELEASE_NOTHING_BEFORE',
    });
  });

  it('rollback - rules that wait for release do not bring the bad rules back', async () => {
    const { state, releases, release, worker } = await fleetOf();
    await release('a');
    await release('b');
    await state.book.add(uriRule('waiting'));
    await releases.rollback({ target: 'all', actor: 'me' });
    await worker.run();
    expect(desiredRules(state)?.rules).toEqual(['a']);
    await state.book.add(uriRule('later'));
    await worker.run();
    expect(desiredRules(state)?.rules).toEqual(['a', 'later']);
  });

  it('rollback - a rule accepted after it and promised before it is released', async () => {
    const { state, releases, release, worker } = await fleetOf();
    await release('a');
    await release('b');
    await state.book.add(uriRule('waiting'));
    await releases.rollback({ target: 'all', actor: 'me' });
    expect(await state.book.add(uriRule('later'))).toBe(3);
    expect(await worker.run()).toBe(true);
    expect(state.records.all.get('v3')).toMatchObject({ outcome: 'superseded' });
    expect(desiredRules(state)).toEqual({ revision: 'v5', rules: ['a', 'later'] });
  });

  it('rollback - of some nodes leaves the book and the other nodes alone', async () => {
    const { state, releases, release } = await fleetOf('node-1', 'node-2');
    await release('a');
    await release('b');
    const before = state.book.document.current()?.rules;
    const rollback = releases.rollback({ target: { nodes: ['node-2'] }, actor: 'me' });
    await answered(state, 'v3', 'node-2');
    expect(await rollback).toMatchObject({ expected_nodes: ['node-2'], converged: true });
    expect(state.book.document.current()?.rules).toEqual(before);
    expect(state.book.document.current()?.holds).toEqual([]);
    const assignments = state.fleet.desired.current()?.modules['universal-waf']?.assignments;
    expect(assignments?.map(({ revision }) => revision)).toEqual(['v2', 'v3']);
    await expect(
      releases.rollback({ target: { nodes: ['nobody'] }, actor: 'me' }),
    ).rejects.toMatchObject({ code: 'WAF_ERR_PUBLISH_NODE_UNKNOWN', kind: 'unknown' });
    await expect(
      releases.rollback({ target: { nodes: ['node-2'] }, actor: 'me' }),
    ).rejects.toMatchObject({ code: 'WAF_ERR_RELEASE_NOTHING_BEFORE' });
    const all = releases.rollback({ target: 'all', actor: 'me' });
    await answered(state, 'v5', 'node-1', 'node-2');
    expect(await all).toMatchObject({ restores: 'v1', converged: true });
    expect(desiredRules(state)?.rules).toEqual(['a']);
  });

  it('rollback - under the kill switch the rules stay in shadow mode', async () => {
    const { state, releases, release, worker, marks } = await fleetOf();
    await release('a');
    await release('b');
    await state.book.kill(true, { actor: 'me', source: 'http' });
    await worker.run();
    expect(state.records.all.get('v3')).toMatchObject({ killed: true, cause: 'kill-switch' });
    const rollback = releases.rollback({ target: 'all', actor: 'me', revision: 'v1' });
    await marks.reached('urgent');
    await worker.run();
    expect(await rollback).toMatchObject({ revision: 'v4', killed: true });
    await expect(
      releases.rollback({ target: { labels: {} }, actor: 'me', revision: 'v1' }),
    ).rejects.toMatchObject({ code: 'WAF_ERR_RELEASE_KILL_SWITCH', kind: 'conflict' });
    expect(desiredRules(state)).toEqual({ revision: 'v4', rules: ['a'] });
    await expect(
      releases.rollback({ target: 'all', actor: 'me', revision: 'v3' }),
    ).rejects.toMatchObject({ code: 'WAF_ERR_RELEASE_KILLED' });
  });

  it('rollback - to what is not there is refused with its code', async () => {
    const { state, releases, release } = await fleetOf();
    const request = { target: 'all' as const, actor: 'me' };
    await expect(releases.rollback(request)).rejects.toMatchObject({
      code: 'WAF_ERR_RELEASE_NOTHING_BEFORE',
    });
    const { digest } = await release('a');
    await release('b');
    await expect(releases.rollback({ ...request, revision: 'v9' })).rejects.toMatchObject({
      code: 'WAF_ERR_RELEASE_UNKNOWN',
      kind: 'unknown',
    });
    state.artifacts.all.delete(digest);
    expect(await releases.rollback({ ...request, revision: 'v1' })).toMatchObject({ digest });
    state.artifacts.all.delete(digest);
    state.objects.all.delete(digest);
    await expect(releases.rollback({ ...request, revision: 'v1' })).rejects.toMatchObject({
      code: 'WAF_ERR_RELEASE_ARTIFACT_GONE',
    });
  });
});

describe('deployModule', () => {
  it('deploy - publishes what was checked under its name, and waits for answers', async () => {
    const { state, releases } = await fleetOf('node-1', 'node-2');
    const upload = { name: 'bots', bytes: Uint8Array.of(1, 2), actor: 'me', timeoutMs: 60_000 };
    const deploy = releases.deployModule({ ...upload, target: { nodes: ['node-1'] } });
    await answered(state, 'v1', 'node-1');
    expect(await deploy).toMatchObject({
      revision: 'v1',
      module: 'bots',
      cause: 'upload',
      digest: 'sha256:upload',
      size: 2,
      config_digest: null,
      expected_nodes: ['node-1'],
      converged: true,
    });
    expect(state.fleet.desired.current()?.modules.bots).toMatchObject({
      order: 10,
      assignments: [{ revision: 'v1', target: { nodes: ['node-1'] } }],
    });
    expect(state.artifacts.all.get('sha256:upload')).toEqual(upload.bytes);
    expect(state.objects.all.get('sha256:upload')).toEqual(upload.bytes);
  });

  it('deploy - says who did not answer when the time is over', async () => {
    const { releases } = await fleetOf('node-1');
    const upload = { name: 'bots', bytes: Uint8Array.of(1), actor: 'me', timeoutMs: 0 };
    expect(await releases.deployModule({ ...upload, target: 'all' })).toMatchObject({
      waiting: ['node-1'],
      converged: false,
    });
  });
});

describe('syncVersions', () => {
  it('sync - repairs drifted nodes and proves it by what they report', async () => {
    const { state, releases, release } = await fleetOf('node-1', 'node-2');
    const { digest } = await release('a');
    const runs = (id: string, revision: string, observed: string) =>
      nodeReport(id, {
        reported_at: NOW,
        modules: {
          'universal-waf': { revision, digest: observed, activated_at: 0, origin: 'fleet' },
        },
      });
    state.fleet.report(runs('node-1', 'v1', digest));
    state.fleet.report(runs('node-2', 'v0', 'sha256:old'));
    const sync = releases.syncVersions(60_000);
    await untilAsked(state, 'node-2');
    state.fleet.report(runs('node-2', 'v1', digest));
    expect(await sync).toEqual({
      success: true,
      checked: 2,
      drifted: [
        {
          node: 'node-2',
          module: 'universal-waf',
          expected: 'v1',
          got: 'v0',
          message: 'Version conflict: expected v1, got v0',
        },
      ],
      repaired: ['node-2'],
      failed: [],
    });
    expect(state.fleet.reconciled).toEqual(['node-2']);
  });

  it('sync - a node that says ok and stays drifted, and a dead one, have failed', async () => {
    const { state, releases, release } = await fleetOf('node-1');
    state.fleet.report(nodeReport('dead', { reported_at: 0 }));
    await release('a');
    expect(await releases.syncVersions(0)).toMatchObject({
      success: false,
      checked: 2,
      repaired: [],
      failed: [
        { node: 'dead', error: 'the node is dead; it catches up when it is back' },
        { node: 'node-1', error: 'still drifted after 0 ms' },
      ],
    });
    expect(state.fleet.reconciled).toEqual(['node-1']);
  });
});

/** Releases over a memory fleet in which these nodes are alive. */
async function fleetOf(...nodes: string[]) {
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

/** Nodes answer as soon as the revision is announced. */
async function answered(state: DurableState, revision: string, ...nodes: string[]): Promise<void> {
  while (!state.fleet.hints.some((hint) => hint.revision === revision)) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  for (const node of nodes) state.fleet.acknowledge(acknowledgement(node, revision));
}

async function untilAsked(state: DurableState, node: string): Promise<void> {
  while (!state.fleet.reconciled.includes(node)) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function bumpRevision(state: DurableState): Promise<void> {
  const document = await state.book.document.read();
  if (document === undefined) throw new Error('no document');
  const revisions = { ...document.value.revisions, last: 3 };
  await state.book.document.write({ ...document.value, revisions }, document.version);
}

async function bumpDesired(state: DurableState, revision: string): Promise<void> {
  const current = await state.fleet.desired.read();
  const module = current?.value.modules['universal-waf'];
  const assignments = [{ ...module?.assignments[0], revision }];
  const modules = { 'universal-waf': { ...module, assignments } } as never;
  await state.fleet.desired.write({ format: 1, modules }, current?.version ?? 0);
}
