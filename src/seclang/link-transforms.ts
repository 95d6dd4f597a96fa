import { canonicalTransform } from '../rules/transforms.ts';
import { Gap } from './gap.ts';
import type { ActionItem, Link } from './model.ts';

/** The transforms of a link in our spelling: those of SecDefaultAction, its own, and `t:none` ends all before. */
export function linkTransforms(
  link: Link,
  defaults: readonly ActionItem[] | undefined,
): readonly string[] {
  const names: string[] = [];
  for (const { name, value } of [...(defaults ?? []), ...link.actions]) {
    if (name !== 't') continue;
    if (value.toLowerCase() === 'none') names.length = 0;
    else names.push(value);
  }
  return names.map((name) => OWN.get(name.toLowerCase()) ?? canonical(name));
}

/** Not a transform of the rule language; it becomes the operator `length`. */
const OWN: ReadonlyMap<string, string> = new Map([['length', 'length']]);

function canonical(name: string): string {
  const known = canonicalTransform(name);
  if (known === undefined) throw new Gap(`the transform t:${name}`);
  return known;
}
