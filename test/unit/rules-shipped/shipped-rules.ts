import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../../../src/config/package-root.ts';
import type { Condition, Leaf, Rule } from '../../../src/rules/model.ts';

export interface ShippedRule {
  /** Relative to `rules/`. */
  readonly file: string;
  readonly rule: Rule;
}

/** Every rule under `rules/`, in the order of the files. */
export function shippedRules(): readonly ShippedRule[] {
  const root = packagePath('rules');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .sort();
  return files.flatMap((file) => {
    const { rules } = JSON.parse(readFileSync(join(root, file), 'utf8')) as { rules: Rule[] };
    return rules.map((rule) => ({ file, rule }));
  });
}

/** The leaves of a condition, as they are written: `target` may be a single name. */
export function leavesOf(condition: Condition): readonly Leaf[] {
  if ('all' in condition) return condition.all.flatMap(leavesOf);
  if ('any' in condition) return condition.any.flatMap(leavesOf);
  if ('not' in condition) return leavesOf(condition.not);
  return [condition];
}
