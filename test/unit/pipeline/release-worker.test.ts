import { describe, expect, it } from 'vitest';
import { createReleaseWorker } from '../../../src/pipeline/release-worker.ts';
import { uriRule } from './memory-book.ts';
import { nodeReport } from './memory-fleet.ts';
import type { DurableState } from './memory-pipeline.ts';
import { desiredRules, durableState, workerOver } from './memory-pipeline.ts';
import { fleetOf, overtake } from './memory-releases.ts';

describe('release worker', () => {
  it('worker - with nothing open it does nothing', async () => {
    const state = durableState();
    expect(await workerOver(state).run()).toBe(false);
    expect(state.records.all.size).toBe(0);
    expect(state.fleet.hints).toHaveLength(0);
  });

  it('worker - releases what is open and tells the nodes', async () => {
    const state = durableState();
    state.fleet.report(nodeReport('node-2'));
    state.fleet.report(nodeReport('node-1'));
    state.fleet.report(nodeReport('dead', { reported_at: 0 }));
    await state.book.add(uriRule('a'), uriRule('b'));
    await workerOver(state).run();
    expect(desiredRules(state)).toEqual({ revision: 'v1', rules: ['a', 'b'] });
    expect(state.records.all.get('v1')).toMatchObject({
      outcome: 'published',
      cause: 'rules',
      semver: '1.0.1',
      previous: null,
      rules: { total: 2, added: ['a', 'b'], changed: [], removed: [] },
      expected_nodes: ['node-1', 'node-2'],
    });
    expect(state.fleet.hints.map(({ revision }) => revision)).toEqual(['v1']);
    expect(state.files).toHaveLength(1);
    expect(state.book.document.current()?.revisions).toMatchObject({ open: null, releasing: null });
  });

  it('worker - only what replaces an earlier release counts as a reload', async () => {
    const state = durableState();
    const worker = workerOver(state);
    await state.book.add(uriRule('a'));
    expect(await worker.run()).toBe(false);
    await state.book.add(uriRule('b'));
    expect(await worker.run()).toBe(true);
  });

  it('worker - tells what a release adds, changes and removes', async () => {
    const state = durableState();
    const worker = workerOver(state);
    await state.book.add(uriRule('kept'), uriRule('changed'), uriRule('removed'));
    await worker.run();
    await edit(state, (rules) => [
      ...rules.filter(({ id }) => id === 'kept'),
      uriRule('changed', '/other'),
      uriRule('added'),
    ]);
    // A process that has just started compares with the archived rules, one that goes on with memory.
    for (const fresh of [true, false]) {
      const copy = fresh ? workerOver(state) : worker;
      await copy.run();
      const [latest] = await state.records.latest(1);
      expect(latest?.rules).toEqual({
        total: 3,
        added: ['added'],
        changed: ['changed'],
        removed: ['removed'],
      });
    }
  });

  it('worker - equal behaviour is recorded as unchanged and not sent', async () => {
    const state = durableState();
    const worker = workerOver(state);
    await state.book.add(uriRule('a'));
    await worker.run();
    await state.book.touch('start', { actor: 'orchestrator', source: 'file' });
    expect(await worker.run()).toBe(false);
    expect(state.records.all.get('v2')).toMatchObject({ outcome: 'unchanged', previous: 'v1' });
    expect(desiredRules(state)?.revision).toBe('v1');
    expect(state.fleet.hints).toHaveLength(1);
    expect(state.book.document.current()?.revisions.releasing).toBeNull();
  });

  it('worker - rules whose revision was overtaken are released under the next one', async () => {
    const state = durableState();
    const worker = workerOver(state);
    await state.book.add(uriRule('a'));
    await worker.run();
    await state.book.add(uriRule('b'));
    await uploadOnTop(state, 'v7');
    expect(await worker.run()).toBe(true);
    expect(state.records.all.get('v2')).toMatchObject({
      outcome: 'superseded',
      superseded_by: 'v8',
    });
    expect(desiredRules(state)).toEqual({ revision: 'v8', rules: ['a', 'b'] });
    expect(state.book.document.current()?.revisions.releasing).toBeNull();
  });

  it('worker - rules that are overtaken after they were recorded are released all the same', async () => {
    const fleet = await fleetOf();
    const { state, release, worker } = fleet;
    await release('a');
    await state.book.add(uriRule('b'));
    overtake(fleet, 'v2');
    expect(await worker.run()).toBe(true);
    expect(state.records.all.get('v2')).toMatchObject({
      outcome: 'superseded',
      superseded_by: 'v4',
    });
    expect(desiredRules(state)).toEqual({ revision: 'v4', rules: ['a', 'b'] });
    expect(state.book.document.current()?.revisions.releasing).toBeNull();
  });

  it('worker - a rule that does not build is held and the rest is released', async () => {
    const state = durableState();
    const worker = workerOver(state);
    await state.book.add(uriRule('a'), uriRule('bad-one'), uriRule('b'));
    await worker.run();
    expect(desiredRules(state)).toEqual({ revision: 'v1', rules: ['a', 'b'] });
    expect(state.book.document.current()?.holds.map(({ rule_id }) => rule_id)).toEqual(['bad-one']);
  });

  it('worker - when no rule is to blame the release fails and the old rules go on', async () => {
    const state = durableState();
    const worker = workerOver(state);
    await state.book.add(uriRule('a'));
    await worker.run();
    await state.book.add(uriRule('bad-nobody'));
    expect(await worker.run()).toBe(false);
    expect(state.records.all.get('v2')).toMatchObject({
      outcome: 'failed',
      previous: 'v1',
      diagnostics: [{ code: 'WAF_ERR_COMPILE_TEST' }],
    });
    expect(desiredRules(state)?.revision).toBe('v1');
    expect(state.book.document.current()?.revisions.releasing).toBeNull();
  });

  it('worker - a waf-config.json that cannot be written keeps no rule from the nodes', async () => {
    const state = durableState();
    const { deps } = workerOver(state);
    await state.book.add(uriRule('a'));
    const wafConfig = { write: async () => Promise.reject(new Error('disk full')) };
    await createReleaseWorker({ ...deps, wafConfig }).run();
    expect(desiredRules(state)?.rules).toEqual(['a']);
  });

  it('worker - a targeted assignment makes the next rules a release, equal or not', async () => {
    const state = durableState();
    const worker = workerOver(state);
    await state.book.add(uriRule('a'));
    await worker.run();
    await uploadOnTop(state, 'v7', { nodes: ['node-1'] });
    await state.book.touch('settings', { actor: 'x', source: 'file' });
    expect(await worker.run()).toBe(true);
    expect(state.fleet.desired.current()?.modules['universal-waf']?.assignments).toHaveLength(1);
  });

  it('worker - two workers with the same revision agree on one artifact', async () => {
    const state = durableState();
    await state.book.add(uriRule('a'));
    await Promise.all([workerOver(state).run(), workerOver(state).run()]);
    expect([...state.records.all.keys()]).toEqual(['v1']);
    expect(desiredRules(state)).toEqual({ revision: 'v1', rules: ['a'] });
    expect(state.book.document.current()?.revisions).toMatchObject({ open: null, releasing: null });
  });
});

describe('release worker, killed', () => {
  const scenarios: Record<string, (state: DurableState) => Promise<unknown>> = {
    'a first release': (state) => state.book.add(uriRule('a'), uriRule('b')),
    'a later release': async (state) => {
      await state.book.add(uriRule('a'));
      await workerOver(state).run();
      await state.book.add(uriRule('b'));
    },
    'an overtaken release': async (state) => {
      await state.book.add(uriRule('a'));
      await workerOver(state).run();
      await state.book.add(uriRule('b'));
      await uploadOnTop(state, 'v7');
    },
    'an unchanged release': async (state) => {
      await state.book.add(uriRule('a'), uriRule('b'));
      await workerOver(state).run();
      await state.book.touch('start', { actor: 'x', source: 'file' });
    },
  };

  for (const [name, prepare] of Object.entries(scenarios)) {
    it(`worker - ${name} survives a kill before and after every call`, async () => {
      const calls = await countCalls(prepare);
      expect(calls).toBeGreaterThanOrEqual(8);
      for (const when of ['before', 'after'] as const) {
        for (let call = 1; call <= calls; call += 1) {
          const state = durableState();
          await prepare(state);
          const killed = workerOver(state, killAt(call, when));
          await killed.run().catch(() => undefined);
          await workerOver(state).run();
          const where = `${when} call ${call}`;
          expect(desiredRules(state)?.rules, where).toEqual(['a', 'b']);
          const revisions = state.book.document.current()?.revisions;
          expect(revisions, where).toMatchObject({ open: null, releasing: null });
          expectRecordsAreTrue(state, where);
        }
      }
    });
  }
});

/** What is desired is recorded, with the same digest, and its bytes and rules are stored. */
function expectRecordsAreTrue(state: DurableState, where: string): void {
  for (const assignment of state.fleet.desired.current()?.modules['universal-waf']?.assignments ??
    []) {
    const record = state.records.all.get(assignment.revision);
    expect(record?.digest, where).toBe(assignment.digest);
    expect(state.artifacts.all.has(assignment.digest), where).toBe(true);
    expect(state.configs.all.has(record?.config_digest ?? ''), where).toBe(true);
  }
}

async function countCalls(prepare: (state: DurableState) => Promise<unknown>): Promise<number> {
  const state = durableState();
  await prepare(state);
  let calls = 0;
  await workerOver(state, (call) => {
    const counted = (...args: never[]) => {
      calls += 1;
      return call(...args);
    };
    return counted as typeof call;
  }).run();
  return calls;
}

/** The process dies at its n-th call: from then on nothing it tries has an effect. */
function killAt(fatal: number, when: 'before' | 'after') {
  let calls = 0;
  let dead = false;
  return <F extends (...args: never[]) => Promise<unknown>>(call: F): F => {
    const mortal = async (...args: never[]) => {
      calls += 1;
      if (calls === fatal && when === 'before') dead = true;
      if (dead) throw new Error('killed');
      const result = await call(...args);
      if (calls >= fatal) dead = true;
      if (dead) throw new Error('killed');
      return result;
    };
    return mortal as F;
  };
}

async function edit(
  state: DurableState,
  change: (rules: ReturnType<typeof uriRule>[]) => ReturnType<typeof uriRule>[],
): Promise<void> {
  await state.book.touch('rules', { actor: 'x', source: 'http' });
  const current = await state.book.document.read();
  if (current === undefined) throw new Error('no document');
  const rules = change(current.value.rules.map(({ rule }) => rule)).map((rule) => ({
    rule,
    state: 'active' as const,
    actor: 'x',
    added_at: 0,
    updated_at: 0,
  }));
  await state.book.document.write({ ...current.value, rules }, current.version);
}

async function uploadOnTop(
  state: DurableState,
  revision: string,
  target: 'all' | { nodes: string[] } = 'all',
): Promise<void> {
  const current = await state.fleet.desired.read();
  const before = current?.value.modules['universal-waf'];
  const upload = {
    target,
    revision,
    semver: '',
    digest: 'sha256:upload',
    size: 1,
    published_at: 1,
  };
  const assignments = target === 'all' ? [upload] : [...(before?.assignments ?? []), upload];
  const module = { name: 'universal-waf', order: 0, assignments };
  await state.fleet.desired.write(
    { format: 1, modules: { 'universal-waf': module } },
    current?.version ?? 0,
  );
  const document = await state.book.document.read();
  if (document === undefined) throw new Error('no document');
  const revisions = { ...document.value.revisions, last: Number(revision.slice(1)) };
  await state.book.document.write({ ...document.value, revisions }, document.version);
}
