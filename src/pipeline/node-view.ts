import type { DesiredState } from '../fleet/desired-state.ts';
import { assignmentFor } from '../fleet/desired-state.ts';
import type { NodeReport, ObservedModule } from '../fleet/node-report.ts';
import { isAlive } from './live-nodes.ts';
import type { NodeView } from './releases.ts';

type Drift = NodeView['drift'][number];

/** What a node says it runs, compared by digest with what it should run. Pure. */
export function viewNode(
  report: NodeReport,
  desired: DesiredState | undefined,
  now: number,
): NodeView {
  return { report, alive: isAlive(report, now), drift: driftOf(report, desired) };
}

function driftOf(report: NodeReport, desired: DesiredState | undefined): readonly Drift[] {
  const wanted = new Map(
    Object.values(desired?.modules ?? {}).flatMap((module) => {
      const assignment = assignmentFor(module, report);
      return assignment === undefined ? [] : [[module.name, assignment] as const];
    }),
  );
  const names = [...new Set([...wanted.keys(), ...Object.keys(report.modules)])].sort();
  return names.flatMap((name) => {
    const expected = wanted.get(name);
    const observed = report.modules[name];
    return expected?.digest === observed?.digest ? [] : [describeDrift(name, expected, observed)];
  });
}

type Version = Pick<ObservedModule, 'revision' | 'digest'> | undefined;

function describeDrift(module: string, expected: Version, observed: Version): Drift {
  // Revisions that read the same name different bytes: only digests tell them apart.
  const ambiguous = expected?.revision === observed?.revision;
  const name = (version: Version) =>
    ambiguous ? `${version?.revision} (${version?.digest.slice(0, 19)})` : version?.revision;
  return {
    module,
    expected: expected?.revision ?? 'none',
    got: observed?.revision ?? null,
    message: `Version conflict: expected ${name(expected) ?? 'none'}, got ${name(observed) ?? 'none'}`,
  };
}
