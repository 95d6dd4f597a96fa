import { closestWord } from '../../config/closest-word.ts';
import { ruleSelector } from '../../config/rule-selector.ts';
import type { Fault } from '../fault.ts';
import type { Rule } from '../model.ts';
import { isTuningExpired } from './check-tuning.ts';
import type { Tuning } from './tuning.ts';

/** Ids of the rules that an entry is about; thresholds are about none. */
export function affectedRules(entry: Tuning, rules: readonly Rule[]): readonly string[] {
  const isMeant = meaning(entry);
  return rules.filter(isMeant).map(({ id }) => id);
}

/** The entries that are about a rule at `now` (ms). */
export function tuningOf(rule: Rule, tuning: readonly Tuning[], now: number): readonly Tuning[] {
  return tuning.filter((entry) => !isTuningExpired(entry, now) && meaning(entry)(rule));
}

/** Warnings for selectors that select nothing: rules come and go, so it is no error. */
export function lintTuning(entry: Tuning, rules: readonly Rule[]): Fault[] {
  return (entry.rules ?? []).flatMap((selector, i) => {
    if (rules.some(ruleSelector(selector))) return [];
    return [
      {
        code: 'WAF_ERR_TUNING_RULES_UNKNOWN' as const,
        severity: 'warning' as const,
        pointer: `/rules/${i}`,
        message: `${JSON.stringify(selector)} selects no rule that is there now`,
        hint: nearest(selector, rules),
      },
    ];
  });
}

function meaning({ rules = [], paranoia }: Tuning): (rule: Rule) => boolean {
  if (paranoia !== undefined) return (rule) => (rule.paranoia ?? 1) > paranoia;
  const tests = rules.map(ruleSelector);
  return (rule) => tests.some((test) => test(rule));
}

function nearest(selector: string, rules: readonly Rule[]): string {
  const [, prefix = '', name = ''] = /^(tag:|category:|)(.*)$/s.exec(selector) ?? [];
  const known = {
    '': () => rules.map(({ id }) => id),
    'tag:': () => rules.flatMap(({ tags }) => tags),
    'category:': () => rules.flatMap(({ score = {} }) => Object.keys(score)),
  }[prefix]!();
  const word = closestWord(name.replaceAll('*', ''), new Set(known));
  const asked = word === undefined ? '' : `Did you mean ${JSON.stringify(prefix + word)}? `;
  return `${asked}The entry counts as soon as there is such a rule.`;
}
