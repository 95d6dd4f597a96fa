import type { DesiredState } from '../fleet/desired-state.ts';
import { revisionNumber } from './release.ts';

/** Removals that are remembered; recovery looks at fewer releases than this. */
const REMOVALS_KEPT = 32;

/**
 * Desired state without a module, or undefined when there is no such module. Remembers the highest
 * revision that it had: the records of its releases stay and must not look like unfinished ones. Pure.
 */
export function unassignModule(
  desired: DesiredState | undefined,
  name: string,
): DesiredState | undefined {
  if (desired === undefined || !Object.hasOwn(desired.modules, name)) return undefined;
  const { [name]: module, ...modules } = desired.modules;
  const { [name]: before, ...others } = desired.removed ?? {};
  const revisions = (module?.assignments ?? []).map(({ revision }) => revision);
  const [highest = before ?? 'v0'] = revisions.sort(newestFirst);
  const kept = Object.entries(others)
    .sort(([, a], [, b]) => newestFirst(a, b))
    .slice(0, REMOVALS_KEPT - 1);
  return { ...desired, modules, removed: { ...Object.fromEntries(kept), [name]: highest } };
}

function newestFirst(a: string, b: string): number {
  return revisionNumber(b) - revisionNumber(a);
}
