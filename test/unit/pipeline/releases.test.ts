import { describe, expect, it } from 'vitest';
import { uriRule } from './memory-book.ts';
import { acknowledgement, nodeReport } from './memory-fleet.ts';
import type { DurableState } from './memory-pipeline.ts';
import { NOW, workerOver } from './memory-pipeline.ts';
import { answered, fleetOf, untilAsked } from './memory-releases.ts';

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
