import { type Assignment, assignmentFor, type DesiredState } from '../../fleet/desired-state.ts';
import type { RunningModule } from '../module-control.ts';
import { revisionNumber } from '../revision-number.ts';

export type Step =
  | {
      readonly kind: 'load';
      readonly name: string;
      readonly order: number;
      readonly assignment: Assignment;
    }
  | { readonly kind: 'acknowledge'; readonly name: string; readonly assignment: Assignment }
  | { readonly kind: 'remove'; readonly name: string };

export interface PlanInput {
  readonly desired: DesiredState;
  readonly node: { readonly id: string; readonly labels: Readonly<Record<string, string>> };
  readonly running: ReadonlyMap<string, RunningModule>;
  /** Assignments that were refused once and stay refused; see `assignmentKey`. */
  readonly refused: ReadonlySet<string>;
  /** An operator asked: manual modules give way and refused ones are tried again. */
  readonly explicit: boolean;
}

/**
 * What has to be done so that the node runs what it should, in order. Pure.
 *
 * A module that a person uploaded or rolled back stays until desired state moves past the revision it
 * stands in for, or until it is asked for explicitly.
 */
export function planReload(input: PlanInput): readonly Step[] {
  const { running, explicit } = input;
  const wanted = wantedModules(input);
  const steps: Step[] = [];
  for (const { name, order, assignment } of wanted) {
    const module = running.get(name);
    if (module !== undefined && !explicit && isHeld(module, assignment)) continue;
    const same = module?.digest === assignment.digest && module.revision === assignment.revision;
    if (same && module.order === order) {
      const told = module.acknowledged === assignment.revision;
      if (!told) steps.push({ kind: 'acknowledge', name, assignment });
    } else if (explicit || !input.refused.has(assignmentKey(name, assignment))) {
      steps.push({ kind: 'load', name, order, assignment });
    }
  }
  const names = new Set(wanted.map(({ name }) => name));
  for (const [name, module] of running) {
    if (names.has(name)) continue;
    if (explicit || module.source === 'fleet') steps.push({ kind: 'remove', name });
  }
  return steps;
}

/** How many desired modules do not run with the desired digest. Pure. */
export function driftOf(input: Pick<PlanInput, 'desired' | 'node' | 'running'>): string[] {
  return wantedModules(input)
    .filter(({ name, assignment }) => input.running.get(name)?.digest !== assignment.digest)
    .map(({ name }) => name);
}

/** Names one assignment of one module; changes whenever desired state changes it. */
export function assignmentKey(name: string, { revision, digest }: Assignment): string {
  return `${name} ${revision} ${digest}`;
}

function isHeld(module: RunningModule, assignment: Assignment): boolean {
  return (
    module.source !== 'fleet' &&
    revisionNumber(assignment.revision) <= revisionNumber(module.overrides)
  );
}

function wantedModules({
  desired,
  node,
}: Pick<PlanInput, 'desired' | 'node'>): { name: string; order: number; assignment: Assignment }[] {
  return Object.values(desired.modules)
    .flatMap((module) => {
      const assignment = assignmentFor(module, node);
      return assignment === undefined
        ? []
        : [{ name: module.name, order: module.order, assignment }];
    })
    .sort((a, b) => a.order - b.order || (a.name < b.name ? -1 : 1));
}
