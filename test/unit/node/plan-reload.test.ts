import { describe, expect, it } from 'vitest';
import type { Assignment, DesiredModule, DesiredState } from '../../../src/fleet/desired-state.ts';
import type { RunningModule } from '../../../src/node/module-control.ts';
import { assignmentKey, driftOf, planReload } from '../../../src/node/subscriber/plan-reload.ts';

const digest = (n: number) => `sha256:${String(n).padStart(64, '0')}`;

function assign(n: number, over: Partial<Assignment> = {}): Assignment {
  return {
    target: 'all',
    revision: `v${n}`,
    semver: `1.0.${n}`,
    digest: digest(n),
    size: 1,
    published_at: 0,
    ...over,
  };
}

function desiredOf(...modules: readonly [string, number, ...Assignment[]][]): DesiredState {
  const entries = modules.map(([name, order, ...assignments]): [string, DesiredModule] => [
    name,
    { name, order, assignments },
  ]);
  return { format: 1, modules: Object.fromEntries(entries) };
}

function runs(name: string, n: number, over: Partial<RunningModule> = {}): RunningModule {
  return {
    name,
    digest: digest(n),
    order: 0,
    revision: `v${n}`,
    semver: `1.0.${n}`,
    source: 'fleet',
    overrides: null,
    acknowledged: `v${n}`,
    origin: 'fleet',
    activatedAt: 0,
    ...over,
  };
}

interface Case {
  readonly name: string;
  readonly desired: DesiredState;
  readonly running?: readonly RunningModule[];
  readonly refused?: readonly string[];
  readonly explicit?: boolean;
  readonly steps: readonly string[];
}

const waf = (n: number, over: Partial<Assignment> = {}) => desiredOf(['waf', 0, assign(n, over)]);

const cases: readonly Case[] = [
  { name: 'nothing wanted, nothing runs', desired: desiredOf(), steps: [] },
  { name: 'first module', desired: waf(1), steps: ['load waf v1'] },
  { name: 'same revision, told', desired: waf(1), running: [runs('waf', 1)], steps: [] },
  {
    name: 'same revision, not told',
    desired: waf(1),
    running: [runs('waf', 1, { acknowledged: null })],
    steps: ['acknowledge waf v1'],
  },
  { name: 'newer revision', desired: waf(5), running: [runs('waf', 1)], steps: ['load waf v5'] },
  {
    name: 'older revision too: the fleet decides',
    desired: waf(1),
    running: [runs('waf', 5)],
    steps: ['load waf v1'],
  },
  {
    name: 'same bytes under a new revision',
    desired: waf(3, { digest: digest(1) }),
    running: [runs('waf', 1)],
    steps: ['load waf v3'],
  },
  {
    name: 'other order',
    desired: desiredOf(['waf', 5, assign(1)]),
    running: [runs('waf', 1)],
    steps: ['load waf v1'],
  },
  {
    name: 'no longer wanted',
    desired: desiredOf(),
    running: [runs('waf', 1)],
    steps: ['remove waf'],
  },
  {
    name: 'not for this node',
    desired: waf(1, { target: { nodes: ['other'] } }),
    running: [runs('waf', 1)],
    steps: ['remove waf'],
  },
  {
    name: 'for this node by label',
    desired: waf(1, { target: { labels: { zone: 'eu' } } }),
    steps: ['load waf v1'],
  },
  {
    name: 'the last assignment that selects the node',
    desired: desiredOf([
      'waf',
      0,
      assign(1),
      assign(2, { target: { nodes: ['n1'] } }),
      assign(3, { target: { nodes: ['n2'] } }),
    ]),
    steps: ['load waf v2'],
  },
  {
    name: 'several, in order',
    desired: desiredOf(['b', 1, assign(2)], ['a', 1, assign(3)], ['z', 0, assign(1)]),
    steps: ['load z v1', 'load a v3', 'load b v2'],
  },
  {
    name: 'refused stays refused',
    desired: waf(2),
    running: [runs('waf', 1)],
    refused: [assignmentKey('waf', assign(2))],
    steps: [],
  },
  {
    name: 'refused is tried again when it changes',
    desired: waf(3),
    running: [runs('waf', 1)],
    refused: [assignmentKey('waf', assign(2))],
    steps: ['load waf v3'],
  },
  {
    name: 'refused is tried again on request',
    desired: waf(2),
    running: [runs('waf', 1)],
    refused: [assignmentKey('waf', assign(2))],
    explicit: true,
    steps: ['load waf v2'],
  },
  {
    name: 'upload stays',
    desired: waf(4),
    running: [runs('waf', 9, { source: 'upload', overrides: 'v4' })],
    steps: [],
  },
  {
    name: 'rollback stays',
    desired: waf(4),
    running: [runs('waf', 3, { source: 'rollback', overrides: 'v4' })],
    steps: [],
  },
  {
    name: 'upload gives way to a newer revision',
    desired: waf(5),
    running: [runs('waf', 9, { source: 'upload', overrides: 'v4' })],
    steps: ['load waf v5'],
  },
  {
    name: 'upload gives way on request',
    desired: waf(4),
    running: [runs('waf', 9, { source: 'upload', overrides: 'v4' })],
    explicit: true,
    steps: ['load waf v4'],
  },
  {
    name: 'upload of a name nobody wants stays',
    desired: waf(1),
    running: [runs('waf', 1), runs('bots', 1, { source: 'upload' })],
    steps: [],
  },
  {
    name: 'and goes on request',
    desired: waf(1),
    running: [runs('waf', 1), runs('bots', 1, { source: 'upload' })],
    explicit: true,
    steps: ['remove bots'],
  },
];

const node = { id: 'n1', labels: { zone: 'eu' } };

describe('plan reload', () => {
  it.each(cases)('plan - $name', ({
    desired,
    running = [],
    refused = [],
    explicit = false,
    steps,
  }) => {
    const plan = planReload({
      desired,
      node,
      running: new Map(running.map((module) => [module.name, module])),
      refused: new Set(refused),
      explicit,
    });
    const text = plan.map((step) =>
      step.kind === 'remove'
        ? `remove ${step.name}`
        : `${step.kind} ${step.name} ${step.assignment.revision}`,
    );
    expect(text).toEqual(steps);
  });

  it('plan - every case ran', () => {
    expect(cases).toHaveLength(22);
  });

  it('drift - names the modules whose digest is not the desired one', () => {
    const desired = desiredOf(['a', 0, assign(1)], ['b', 1, assign(2)], ['c', 2, assign(3)]);
    const running = new Map([
      ['a', runs('a', 1)],
      ['b', runs('b', 9, { source: 'upload' })],
    ]);
    expect(driftOf({ desired, node, running })).toEqual(['b', 'c']);
  });
});
