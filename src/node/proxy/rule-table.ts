import type { Manifest, ManifestRule } from '../../artifact/manifest.ts';
import type { ActiveModule } from '../../engine/module-slot.ts';

const tables = new WeakMap<Manifest, ReadonlyMap<string, ManifestRule>>();

/** The manifest's entry of a rule, or undefined for a foreign module or an unknown id. */
export function ruleOf(module: ActiveModule | null, id: string | null): ManifestRule | undefined {
  if (module === null || module.manifest === null || id === null) return undefined;
  let table = tables.get(module.manifest);
  if (table === undefined) {
    table = new Map(module.manifest.rules.map((rule) => [rule.id, rule]));
    tables.set(module.manifest, table);
  }
  return table.get(id);
}
