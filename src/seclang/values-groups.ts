import { Gap } from './gap.ts';
import type { ConditionalExclusion, GroupSources } from './link-groups.ts';
import { linkTransforms } from './link-transforms.ts';
import type { Link } from './model.ts';
import { IS_TAKEN_APART } from './special-leaves.ts';
import { type TargetList, variableTargets } from './variable-targets.ts';
import { anyOf, type WrittenCondition } from './written-rule.ts';

export interface ValuesGroup extends TargetList {
  readonly kind: 'values';
  /** The path is looked at as the server understands it, percent-decoded. */
  readonly isDecoded?: boolean;
  /** They are not looked at while this holds. */
  readonly unless?: WrittenCondition;
}

/** The targets of a link in as few groups as have to be looked at differently. */
export function valuesGroups(
  list: TargetList,
  link: Link,
  exclusions: readonly ConditionalExclusion[],
  sources: GroupSources,
): readonly ValuesGroup[] {
  const isDecoding = linkTransforms(link, sources.defaults).some((name) =>
    name.startsWith('url_decode'),
  );
  const groups = splitByExclusions(list, exclusions, sources).flatMap(splitRawBody);
  return isDecoding ? groups : groups.flatMap(splitPath);
}

/** REQUEST_FILENAME and REQUEST_BASENAME are percent-decoded in SecLang; our paths are as received. */
function splitPath(group: ValuesGroup): readonly ValuesGroup[] {
  const target = group.target.filter(isPath);
  if (target.length === 0) return [group];
  const rest = group.target.filter((name) => !isPath(name));
  const decoded = { ...group, target, isDecoded: true };
  return rest.length === 0 ? [decoded] : [{ ...group, target: rest }, decoded];
}

function isPath(target: string): boolean {
  return target === 'path' || target === 'path.basename';
}

/** REQUEST_BODY has no value when a processor took the body apart. */
function splitRawBody(group: ValuesGroup): readonly ValuesGroup[] {
  const { target, unless } = group;
  if (!target.includes('body.raw')) return [group];
  const isAbsent = unless === undefined ? IS_TAKEN_APART : anyOf([unless, IS_TAKEN_APART]);
  const raw: ValuesGroup = { kind: 'values', target: ['body.raw'], except: [], unless: isAbsent };
  const rest = target.filter((name) => name !== 'body.raw');
  return rest.length === 0 ? [raw] : [{ ...group, target: rest }, raw];
}

/** Targets with a conditional exclusion become a group of their own, with the condition. */
function splitByExclusions(
  list: TargetList,
  exclusions: readonly ConditionalExclusion[],
  { support }: GroupSources,
): readonly ValuesGroup[] {
  let rest = list.target;
  const apart: ValuesGroup[] = [];
  for (const { variable, when } of exclusions) {
    const excluded = variableTargets(variable, support);
    if (variable.selector !== undefined)
      throw new Gap(`a conditional exclusion of ${variable.text}`);
    const target = rest.filter((each) => excluded.includes(each));
    if (target.length === 0) continue;
    rest = rest.filter((each) => !excluded.includes(each));
    apart.push({ kind: 'values', ...list, target, unless: when });
  }
  return rest.length === 0 ? apart : [{ kind: 'values', ...list, target: rest }, ...apart];
}
