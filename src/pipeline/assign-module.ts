import { LIMITS } from '../config/limits.ts';
import type { Assignment, DesiredModule, DesiredState, Target } from '../fleet/desired-state.ts';
import { PipelineError } from './pipeline-error.ts';
import { revisionNumber, UNIVERSAL_WAF } from './release.ts';

/** Assignments of one module to nodes and labels that may stand beside the one to all. */
const MAX_ASSIGNMENTS = 64;

/** Modules other than universal-waf run after it unless an upload says where. */
const DEFAULT_ORDER = 10;

export interface NewAssignment extends Assignment {
  readonly module: string;
  /** Absent: as before; for a new module, after universal-waf. */
  readonly order?: number;
}

/**
 * Desired state with one more assignment. Revisions of a module only grow: `overtaken` when a higher one
 * is assigned already, `present` when this one is. Pure.
 * A target `all` replaces every assignment of the module; any other replaces what it covers.
 * Throws PipelineError when the fleet or the module would get too many.
 */
export function assignModule(
  desired: DesiredState | undefined,
  { module: name, order, ...assignment }: NewAssignment,
): DesiredState | 'overtaken' | 'present' {
  const modules = desired?.modules ?? {};
  const before = modules[name];
  const assigned = before?.assignments ?? [];
  if (assigned.some(({ revision }) => revision === assignment.revision)) return 'present';
  const number = revisionNumber(assignment.revision);
  if (assigned.some(({ revision }) => revisionNumber(revision) > number)) return 'overtaken';

  if (before === undefined) assertRoom(Object.keys(modules).length);
  const module: DesiredModule = {
    name,
    order: order ?? before?.order ?? (name === UNIVERSAL_WAF ? 0 : DEFAULT_ORDER),
    assignments: withAssignment(assigned, assignment),
  };
  return { ...desired, format: 1, modules: { ...modules, [name]: module } };
}

function withAssignment(
  assigned: readonly Assignment[],
  assignment: Assignment,
): readonly Assignment[] {
  const kept = assigned.filter(({ target }) => !covers(assignment.target, target));
  if (kept.length < MAX_ASSIGNMENTS) return [...kept, assignment];
  throw new PipelineError(
    'WAF_ERR_PUBLISH_TOO_MANY_TARGETS',
    'conflict',
    `more than ${MAX_ASSIGNMENTS} assignments of one module; deploy it to all once`,
  );
}

function assertRoom(modules: number): void {
  if (modules < LIMITS.upload.max_modules) return;
  throw new PipelineError(
    'WAF_ERR_PUBLISH_TOO_MANY_MODULES',
    'conflict',
    `the fleet runs ${modules} modules, the most it may`,
  );
}

/** Whether every node that `inner` can select is also selected by `outer`. */
function covers(outer: Target, inner: Target): boolean {
  if (outer === 'all') return true;
  if (inner === 'all') return false;
  if ('nodes' in outer)
    return 'nodes' in inner && inner.nodes.every((id) => outer.nodes.includes(id));
  return (
    'labels' in inner &&
    Object.entries(outer.labels).every(([key, value]) => inner.labels[key] === value)
  );
}
