import { Gap } from './gap.ts';
import type { LanguageSupport } from './language-support.ts';
import type { ActionItem, Link, Variable } from './model.ts';
import { type LineTest, splitLineRegex } from './part-header-lines.ts';
import { findProducer, type Producer } from './state-producers.ts';
import { type ValuesGroup, valuesGroups } from './values-groups.ts';
import { targetList, variableTargets } from './variable-targets.ts';
import type { WrittenCondition } from './written-rule.ts';

/** Variables of a link that one leaf can look at. A link with several groups is an `any` of them. */
export type Group =
  | ValuesGroup
  | { readonly kind: 'count'; readonly target: readonly string[]; readonly isPart: boolean }
  | { readonly kind: 'matched' }
  | { readonly kind: 'capture'; readonly index: number }
  | { readonly kind: 'state'; readonly producer: Producer }
  | { readonly kind: 'processor' }
  | { readonly kind: 'body-length' }
  | { readonly kind: 'part-line'; readonly test: LineTest };

/** A target that is taken out of a rule while a condition holds. */
export interface ConditionalExclusion {
  readonly variable: Variable;
  readonly when: WrittenCondition;
}

export interface GroupSources {
  /** SecDefaultAction of the phase. */
  readonly defaults: readonly ActionItem[] | undefined;
  readonly support: LanguageSupport;
  readonly producers: readonly Producer[];
  readonly note: (reason: string) => void;
}

export function groupsOf(
  link: Link,
  exclusions: readonly ConditionalExclusion[],
  sources: GroupSources,
): readonly Group[] {
  const groups: Group[] = [];
  const plain: Variable[] = [];
  for (const variable of link.variables) {
    const group = variable.excluded ? null : specialGroup(variable, link, sources);
    if (group === null) plain.push(variable);
    else groups.push(...group);
  }
  if (plain.some(({ excluded }) => !excluded)) {
    const list = targetList(plain, sources.support, sources.note);
    groups.unshift(...valuesGroups(list, link, exclusions, sources));
  }
  if (groups.length === 0) throw new Gap('no target is left');
  return groups;
}

/** null for a variable whose values a leaf can look at as they are. */
function specialGroup(
  variable: Variable,
  link: Link,
  { support, producers }: GroupSources,
): readonly Group[] | null {
  const { name, selector, counted } = variable;
  if (counted) return [countGroup(variable, support)];
  switch (name) {
    case 'MATCHED_VAR':
    case 'MATCHED_VARS':
      return [{ kind: 'matched' }];
    case 'REQBODY_PROCESSOR':
      return [{ kind: 'processor' }];
    case 'REQUEST_BODY_LENGTH':
      return [{ kind: 'body-length' }];
    case 'MULTIPART_PART_HEADERS':
      return selector === undefined ? partLineGroups(link) : null;
    case 'TX':
      break;
    default:
      return null;
  }
  if (selector !== undefined && /^\d$/.test(selector)) {
    return [{ kind: 'capture', index: Number(selector) }];
  }
  const producer = findProducer(producers, variable);
  if (producer === undefined) throw new Gap(`${variable.text} depends on the request`);
  return [{ kind: 'state', producer }];
}

function countGroup(variable: Variable, support: LanguageSupport): Group {
  const { name, selector } = variable;
  if (name === 'TX') throw new Gap(`${variable.text} depends on the request`);
  // Its selector is the name of a part, which is the name of a form field.
  if (name !== 'MULTIPART_PART_HEADERS' || selector === undefined) {
    return { kind: 'count', target: variableTargets(variable, support), isPart: false };
  }
  const field = { ...variable, name: 'ARGS_POST' };
  const target = variableTargets(field, support).filter((each) => each.startsWith('body.form'));
  return { kind: 'count', target, isPart: true };
}

function partLineGroups({ operator }: Link): readonly Group[] {
  const tests = operator?.name === 'rx' ? splitLineRegex(operator.argument) : null;
  if (tests === null) throw new Gap('this test of whole header lines of a part');
  return tests.map((test) => ({ kind: 'part-line', test }));
}
