import { ruleSelector } from '../../config/rule-selector.ts';
import type { Diagnostic } from '../../rules/diagnostic.ts';
import type { Rule, WafConfig } from '../../rules/model.ts';
import type { Tuning } from '../../rules/tuning/tuning.ts';
import type { CompilerErrorCode } from '../error-codes.ts';
import { isEverywhere } from './scope-condition.ts';
import { tuneRule } from './tune-rule.ts';
import type { TunedRule } from './tuned-rule.ts';
import { MAX_FORMS } from './vary-condition.ts';

/** A configuration whose tuning has become part of its rules; only thresholds of scopes are left. */
export interface TunedConfig {
  readonly config: WafConfig;
  /** For each rule of `config` the index of the rule that it was made of; null: all are as they were. */
  readonly origins: readonly number[] | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Turns tuning into rules. A rule that no entry selects stays the very same object. */
export function tuneConfig(config: WafConfig): TunedConfig {
  const { tuning = [], ...rest } = config;
  if (tuning.length === 0) return { config, origins: null, diagnostics: [] };
  const { thresholds, scoped } = thresholdsOf(config.thresholds, tuning);
  const selected = entriesByRule(config.rules, tuning);
  const rules: TunedRule[] = [];
  const origins: number[] = [];
  const diagnostics: Diagnostic[] = [];
  config.rules.forEach((rule, index) => {
    const entries = selected.get(rule) ?? [];
    const tuned = rule.mode === 'off' || entries.length === 0 ? [rule] : tuneRule(rule, entries);
    if (tuned === 'too-many-forms') diagnostics.push(tooManyForms(rule, entries, tuning));
    else {
      rules.push(...tuned);
      origins.push(...tuned.map(() => index));
    }
  });
  const left = scoped.length === 0 ? {} : { tuning: scoped };
  return { config: { ...rest, thresholds, rules, ...left }, origins, diagnostics };
}

/** The entries that can change what a rule does, in the order of the config. */
function entriesByRule(
  rules: readonly Rule[],
  tuning: readonly Tuning[],
): ReadonlyMap<Rule, readonly Tuning[]> {
  const selected = new Map<Rule, Tuning[]>();
  const tests = new Map<string, ReadonlySet<Rule>>();
  const meant = (selector: string): ReadonlySet<Rule> => {
    const known = tests.get(selector);
    if (known !== undefined) return known;
    const found = new Set(rules.filter(ruleSelector(selector)));
    tests.set(selector, found);
    return found;
  };
  for (const entry of tuning) {
    const all =
      entry.paranoia === undefined
        ? new Set((entry.rules ?? []).flatMap((selector) => [...meant(selector)]))
        : rules.filter(({ paranoia = 1 }) => paranoia > 1);
    for (const rule of all) {
      const list = selected.get(rule);
      if (list === undefined) selected.set(rule, [entry]);
      else list.push(entry);
    }
  }
  return selected;
}

/** An entry for all requests changes the thresholds of those that none before it is about. */
function thresholdsOf(
  common: WafConfig['thresholds'],
  tuning: readonly Tuning[],
): { readonly thresholds: WafConfig['thresholds']; readonly scoped: readonly Tuning[] } {
  const entries = tuning.filter(({ thresholds }) => thresholds !== undefined);
  const last = entries.findIndex(isEverywhere);
  if (last === -1) return { thresholds: common, scoped: entries };
  const scoped = entries.slice(0, last).map((entry) => ({
    ...entry,
    thresholds: { ...common, ...entry.thresholds },
  }));
  return { thresholds: { ...common, ...entries[last]!.thresholds }, scoped };
}

function tooManyForms(
  rule: Rule,
  entries: readonly Tuning[],
  tuning: readonly Tuning[],
): Diagnostic {
  const code: CompilerErrorCode = 'WAF_ERR_COMPILE_TUNING_TOO_LARGE';
  const last = entries.findLast(({ except }) => except !== undefined);
  return {
    code,
    pointer: `/tuning/${last === undefined ? 0 : tuning.indexOf(last)}/except`,
    message: `With these exclusions the condition of rule ${rule.id} would take more than ${MAX_FORMS} forms`,
    hint: 'Exclude fewer different targets on paths that overlap, or use one entry for all of them.',
  };
}
