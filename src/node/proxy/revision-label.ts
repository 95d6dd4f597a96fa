import type { ModuleSet } from '../../engine/module-slot.ts';

const labels = new WeakMap<ModuleSet, string>();

/**
 * The revision that judged a request, for the response header: `v42` for universal-waf, and
 * `name=v7` for every other module, in the order they ran; `none` when nothing is loaded.
 */
export function revisionLabel(set: ModuleSet): string {
  let label = labels.get(set);
  if (label === undefined) {
    const parts = set.modules.map(({ name, revision }) =>
      name === 'universal-waf' ? revision : `${name}=${revision}`,
    );
    label = parts.join(', ') || 'none';
    labels.set(set, label);
  }
  return label;
}
