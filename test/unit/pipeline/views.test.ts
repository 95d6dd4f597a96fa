import { describe, expect, it } from 'vitest';
import type { DesiredState } from '../../../src/fleet/desired-state.ts';
import type { NodeReport } from '../../../src/fleet/node-report.ts';
import { viewNode } from '../../../src/pipeline/node-view.ts';
import type { ReleaseRecord } from '../../../src/pipeline/release.ts';
import { revisionNumber } from '../../../src/pipeline/release.ts';
import { isSettled, viewRelease } from '../../../src/pipeline/release-view.ts';
import { acknowledgement, nodeReport } from './memory-fleet.ts';
import { releaseRecord } from './memory-records.ts';

describe('viewRelease', () => {
  const record = releaseRecord('v5', { expected_nodes: ['a', 'b', 'c'] });

  it('release view - waits for expected nodes that have not answered', () => {
    const view = see(record, [acknowledgement('a', 'v5'), nack('b')]);
    expect(view).toMatchObject({ waiting: ['c'], converged: false });
    expect(isSettled(view)).toBe(false);
  });

  it('release view - converged when every expected node runs it', () => {
    const view = see(
      record,
      ['a', 'b', 'c', 'late'].map((node) => acknowledgement(node, 'v5')),
    );
    expect(view).toMatchObject({ waiting: [], converged: true });
    expect(isSettled(view)).toBe(true);
  });

  it('release view - settled but not converged when a node refuses', () => {
    const view = see(record, [acknowledgement('a', 'v5'), nack('b'), nack('c')]);
    expect(view).toMatchObject({ waiting: [], converged: false });
    expect(isSettled(view)).toBe(true);
  });

  it('release view - a node that runs a later revision has moved on', () => {
    const acks = [acknowledgement('a', 'v5'), nack('b')];
    const later = [running('b', 'v7'), running('c', 'v6')];
    expect(see(record, acks, later)).toMatchObject({ waiting: [], converged: true });
    expect(see(record, acks, [running('c', 'v5')])).toMatchObject({ waiting: ['c'] });
    const uploaded = running('c', 'v6', 'upload');
    expect(see(record, acks, [uploaded])).toMatchObject({ waiting: ['c'] });
  });

  it('release view - an unchanged release is answered by what carries it', () => {
    const unchanged = releaseRecord('v6', { outcome: 'unchanged', previous: 'v5' });
    const acks = [acknowledgement('a', 'v5')];
    const view = viewRelease(unchanged, { carrier: record, acks, reports: [] });
    expect(view).toMatchObject({ revision: 'v6', waiting: ['b', 'c'], converged: false });
  });

  it('release view - a failed release is settled and never converged', () => {
    const view = see(releaseRecord('v6', { outcome: 'failed' }), []);
    expect(view.converged).toBe(false);
    expect(isSettled(view)).toBe(true);
  });

  it('release view - latencies are those of the ACKs, by nearest rank', () => {
    const at = (node: string, ms: number) =>
      acknowledgement(node, 'v5', { publish_to_active_ms: ms });
    expect(see(record, []).publish_to_active_ms).toBeNull();
    expect(see(record, [nack('a')]).publish_to_active_ms).toBeNull();
    expect(see(record, [at('a', 30), at('b', 10), at('c', 20)]).publish_to_active_ms).toEqual({
      p50: 20,
      p99: 30,
      max: 30,
    });
  });

  it('release view - a revision is v and a number, nothing else', () => {
    expect(revisionNumber('v42')).toBe(42);
    for (const text of ['', 'v', '42', 'v-1', 'v1.0', 'V1', 'v1 ', `v${'9'.repeat(16)}`]) {
      expect(revisionNumber(text)).toBeNaN();
    }
  });

  function see(
    seen: ReleaseRecord,
    acks: never[] | Parameters<typeof viewRelease>[1]['acks'],
    reports: NodeReport[] = [],
  ) {
    return viewRelease(seen, { carrier: seen, acks, reports });
  }

  function nack(node: string) {
    return acknowledgement(node, 'v5', { status: 'NACK' });
  }
});

describe('viewNode', () => {
  const desired: DesiredState = {
    format: 1,
    modules: { 'universal-waf': module('universal-waf', 'v2'), extra: module('extra', 'v1') },
  };

  it('node view - drift is told by digest, with the documented message', () => {
    const cases: readonly [string, NodeReport, readonly string[]][] = [
      ['equal', runs({ 'universal-waf': 'v2', extra: 'v1' }), []],
      [
        'behind',
        runs({ 'universal-waf': 'v1', extra: 'v1' }),
        ['Version conflict: expected v2, got v1'],
      ],
      ['missing', runs({ 'universal-waf': 'v2' }), ['Version conflict: expected v1, got none']],
      [
        'too much',
        runs({ 'universal-waf': 'v2', extra: 'v1', mine: 'v3' }),
        ['Version conflict: expected none, got v3'],
      ],
    ];
    expect(cases).toHaveLength(4);
    for (const [name, report, messages] of cases) {
      const { drift } = viewNode(report, desired, 1_000_000);
      expect(
        drift.map(({ message }) => message),
        name,
      ).toEqual(messages);
    }
  });

  it('node view - another name for the same bytes is no drift', () => {
    const report = nodeReport('a', {
      modules: { 'universal-waf': observed('v1', 'sha256:v2'), extra: observed('v1') },
    });
    expect(viewNode(report, desired, 0).drift).toEqual([]);
  });

  it('node view - the same name for other bytes shows digests', () => {
    const report = nodeReport('a', {
      modules: { 'universal-waf': observed('v2', 'sha256:other'), extra: observed('v1') },
    });
    expect(viewNode(report, desired, 0).drift[0]?.message).toBe(
      'Version conflict: expected v2 (sha256:v2), got v2 (sha256:other)',
    );
  });

  it('node view - a node is dead thirty seconds after its last report', () => {
    const report = nodeReport('a', { reported_at: 1_000 });
    expect(viewNode(report, undefined, 30_999).alive).toBe(true);
    expect(viewNode(report, undefined, 31_000).alive).toBe(false);
  });

  function runs(modules: Record<string, string>): NodeReport {
    const entries = Object.entries(modules).map(([name, revision]) => [name, observed(revision)]);
    return nodeReport('a', { modules: Object.fromEntries(entries) });
  }
});

function module(name: string, revision: string) {
  const digest = `sha256:${revision}`;
  const assignment = {
    target: 'all' as const,
    revision,
    semver: '',
    digest,
    size: 1,
    published_at: 1,
  };
  return { name, order: 0, assignments: [assignment] };
}

function observed(revision: string, digest = `sha256:${revision}`, origin = 'fleet' as const) {
  return { revision, digest, activated_at: 0, origin };
}

function running(id: string, revision: string, origin: 'fleet' | 'upload' = 'fleet'): NodeReport {
  return nodeReport(id, { modules: { 'universal-waf': { ...observed(revision), origin } } });
}
