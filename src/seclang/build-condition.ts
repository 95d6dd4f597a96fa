import { type Alternative, type ConditionSources, createAlternative } from './alternative.ts';
import { addLink } from './build-alternative.ts';
import { Gap } from './gap.ts';
import { type ConditionalExclusion, groupsOf } from './link-groups.ts';
import type { Link } from './model.ts';
import { allOf, anyOf, type WrittenCondition } from './written-rule.ts';

/** A rule has at most 64 conditions. */
const MAX_ALTERNATIVES = 32;

/**
 * The condition of a chain: every link holds. A link whose variables need several leaves is an `any`; as
 * later links may look at what it matched, the whole chain is written once for each of them.
 */
export function buildCondition(
  links: readonly Link[],
  exclusions: readonly ConditionalExclusion[],
  sources: ConditionSources,
): WrittenCondition {
  const choices = withProducers(links, sources).map((link, index) => {
    const groups = groupsOf(link, index === 0 ? exclusions : [], sources);
    return groups.map((group) => ({ link, group }));
  });
  const number = choices.reduce((product, groups) => product * groups.length, 1);
  if (number > MAX_ALTERNATIVES) throw new Gap(`${number} combinations of variables`);
  const alternatives = combinations(choices).map((choice) => {
    const alternative = createAlternative(sources);
    for (const { link, group } of choice) addLink(link, group, alternative);
    return allOf(membersOf(alternative));
  });
  return anyOf(alternatives);
}

/** What a rule matched is told by its first leaf, so that bindings stand second where they can. */
function membersOf({ bindings, members, guards }: Alternative): readonly WrittenCondition[] {
  const [first, ...rest] = members;
  if (first === undefined || needsBindings(first) || rest.some(isOnMatched)) {
    return [...bindings, ...members, ...guards];
  }
  return [first, ...bindings, ...rest, ...guards];
}

function needsBindings(condition: WrittenCondition): boolean {
  return JSON.stringify(condition).includes('${v');
}

function isOnMatched(condition: WrittenCondition): boolean {
  return 'on' in condition;
}

/** A rule that tests what another rule kept of the request begins with the links of that rule. */
function withProducers(links: readonly Link[], sources: ConditionSources): readonly Link[] {
  const [head] = links;
  if (head === undefined) return links;
  const groups = groupsOf(head, [], { ...sources, note: () => undefined });
  const foreign = groups.find((group) => group.kind === 'state');
  return foreign?.kind === 'state' ? [...foreign.producer.links, ...links] : links;
}

function combinations<T>(choices: readonly (readonly T[])[]): readonly (readonly T[])[] {
  return choices.reduce<readonly (readonly T[])[]>(
    (found, options) => found.flatMap((chosen) => options.map((option) => [...chosen, option])),
    [[]],
  );
}
