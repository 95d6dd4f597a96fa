import { describe, expect, it } from 'vitest';
import { uriRule } from './memory-book.ts';
import { desiredRules } from './memory-pipeline.ts';
import { answered, fleetOf, overtake } from './memory-releases.ts';

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

  it('rollback - one that is overtaken on its way takes effect under a higher revision', async () => {
    const fleet = await fleetOf();
    const { state, releases, release } = fleet;
    await release('a');
    await release('b');
    // v3 is promised by the book; v5 and v7 go by.
    overtake(fleet, 'v4', 'v6');
    const rollback = await releases.rollback({ target: 'all', actor: 'me' });
    expect(rollback).toMatchObject({ revision: 'v8', restores: 'v1', outcome: 'published' });
    expect(desiredRules(state)).toEqual({ revision: 'v8', rules: ['a'] });
    const outcomes = [...state.records.all.values()].map((record) => [
      record.revision,
      record.cause,
      record.outcome,
      record.superseded_by,
    ]);
    expect(outcomes.slice(2)).toEqual([
      ['v4', 'rollback', 'superseded', 'v6'],
      ['v5', 'upload', 'published', undefined],
      ['v6', 'rollback', 'superseded', 'v8'],
      ['v7', 'upload', 'published', undefined],
      ['v8', 'rollback', 'published', undefined],
    ]);
    expect(await releases.get('v4')).toMatchObject({ outcome: 'superseded', waiting: [] });
  });

  it('rollback - one that is overtaken each time is refused and recorded as such', async () => {
    const fleet = await fleetOf();
    const { state, releases, release } = fleet;
    await release('a');
    await release('b');
    overtake(fleet, 'v4', 'v6', 'v8', 'v10', 'v12');
    await expect(releases.rollback({ target: 'all', actor: 'me' })).rejects.toMatchObject({
      code: 'WAF_ERR_PUBLISH_CONFLICT',
      kind: 'busy',
    });
    const mine = [...state.records.all.values()].filter(({ cause }) => cause === 'rollback');
    expect(mine.map(({ outcome, superseded_by }) => [outcome, superseded_by])).toEqual([
      ['superseded', 'v6'],
      ['superseded', 'v8'],
      ['superseded', 'v10'],
      ['superseded', 'v12'],
      ['superseded', undefined],
    ]);
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
