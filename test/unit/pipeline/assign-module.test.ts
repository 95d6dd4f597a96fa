import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DesiredState, Target } from '../../../src/fleet/desired-state.ts';
import { assignmentFor, selects } from '../../../src/fleet/desired-state.ts';
import { assignModule } from '../../../src/pipeline/assign-module.ts';

describe('assignModule', () => {
  it('assign - the first assignment of a module makes it', () => {
    expect(assign(undefined, 1)).toEqual({
      format: 1,
      modules: { 'universal-waf': { name: 'universal-waf', order: 0, assignments: [assigned(1)] } },
    });
  });

  it('assign - all replaces every assignment, a target replaces what it covers', () => {
    const zone = { labels: { zone: 'eu' } };
    const rack = { labels: { zone: 'eu', rack: '3' } };
    const cases: readonly [readonly Target[], Target, readonly Target[]][] = [
      [['all'], 'all', []],
      [['all', { nodes: ['a'] }, zone], 'all', []],
      [['all', { nodes: ['a'] }], { nodes: ['a', 'b'] }, ['all']],
      [['all', { nodes: ['a', 'c'] }], { nodes: ['a', 'b'] }, ['all', { nodes: ['a', 'c'] }]],
      [['all', rack], zone, ['all']],
      [['all', zone], rack, ['all', zone]],
      [['all', { nodes: ['a'] }], zone, ['all', { nodes: ['a'] }]],
    ];
    expect(cases).toHaveLength(7);
    for (const [before, target, kept] of cases) {
      const desired = before.reduce<DesiredState | undefined>(
        (state, each, index) => assign(state, index + 1, each),
        undefined,
      );
      const after = assign(desired, 9, target).modules['universal-waf']?.assignments;
      expect(after?.map((each) => each.target)).toEqual([...kept, target]);
    }
  });

  it('assign - a lower revision is overtaken and an equal one is present', () => {
    const desired = assign(undefined, 5);
    expect(assignModule(desired, { module: 'universal-waf', ...assigned(4) })).toBe('overtaken');
    expect(assignModule(desired, { module: 'universal-waf', ...assigned(5) })).toBe('present');
    expect(assignModule(desired, { module: 'other', ...assigned(4) })).toMatchObject({
      modules: { 'universal-waf': { order: 0 }, other: { order: 10 } },
    });
  });

  it('assign - the seventeenth module and the sixty-fifth target are refused', () => {
    let modules: DesiredState | undefined;
    for (let index = 1; index <= 16; index += 1)
      modules = assign(modules, index, 'all', `m${index}`);
    expect(() => assign(modules, 17, 'all', 'm17')).toThrow(/16 modules/);
    let targets: DesiredState | undefined;
    for (let index = 1; index <= 64; index += 1) {
      targets = assign(targets, index, { nodes: [`n${index}`] });
    }
    expect(() => assign(targets, 65, { nodes: ['n65'] })).toThrow(/64 assignments/);
  });

  it('assign - every selected node then runs the new revision, any other what it ran', () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const target: fc.Arbitrary<Target> = fc.oneof(
      fc.constant('all' as const),
      fc.record({ nodes: fc.uniqueArray(name, { minLength: 1 }) }),
      fc.record({ labels: fc.dictionary(name, fc.constantFrom('1', '2'), { minKeys: 1 }) }),
    );
    const node = fc.record({ id: name, labels: fc.dictionary(name, fc.constantFrom('1', '2')) });
    fc.assert(
      fc.property(fc.array(target, { minLength: 1, maxLength: 8 }), node, (targets, who) => {
        const last = targets.findLastIndex((each) => selects(each, who));
        const desired = targets.reduce<DesiredState | undefined>(
          (state, each, index) => assign(state, index + 1, each),
          undefined,
        );
        const module = desired?.modules['universal-waf'];
        const runs = module && assignmentFor(module, who)?.revision;
        expect(runs).toBe(last === -1 ? undefined : `v${last + 1}`);
      }),
    );
  });
});

function assigned(revision: number, target: Target = 'all') {
  return {
    target,
    revision: `v${revision}`,
    semver: `1.0.${revision}`,
    digest: `sha256:${revision}`,
    size: 1,
    published_at: 1,
  };
}

function assign(
  desired: DesiredState | undefined,
  revision: number,
  target: Target = 'all',
  module = 'universal-waf',
): DesiredState {
  const next = assignModule(desired, { module, ...assigned(revision, target) });
  if (typeof next === 'string') throw new Error(next);
  return next;
}
