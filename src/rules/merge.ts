import { expiresAt } from './lifetime.ts';
import { listRules, type StaticRule } from './list-rules.ts';
import type { Rule } from './model.ts';
import type { MergedRules } from './rule-book.ts';
import type { RuleDocument, RuleSetSettings } from './rule-document.ts';
import { isTuningExpired } from './tuning/check-tuning.ts';

export interface MergeInput {
  readonly document: RuleDocument;
  readonly staticRules: readonly StaticRule[];
  /** `[waf]` of the settings; `document.settings` overrides it. */
  readonly settings: RuleSetSettings;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * What a release made at `now` contains: the active rules in canonical order. Same rules, holds, switches
 * and settings → same result, in whatever order the rules came in.
 */
export function mergeRules({ document, staticRules, settings, now }: MergeInput): MergedRules {
  const active = listRules(document, staticRules, now).filter(({ state }) => state === 'active');
  const { thresholds, on_budget, max_steps } = document.settings ?? settings;
  const killed = document.kill_switch.engaged;
  const tuning = (document.tuning ?? [])
    .map(({ entry }) => entry)
    .filter((entry) => !isTuningExpired(entry, now));
  const expiries = [
    ...active.map(({ rule }) => expiresAt(rule)).filter((at) => at !== null),
    ...tuning.flatMap(({ expires_at: at }) => (at === undefined ? [] : [Date.parse(at)])),
  ];
  return {
    config: {
      version: 1,
      thresholds,
      on_budget,
      max_steps,
      rules: active.map(({ rule }) => (killed ? shadowed(rule) : rule)),
      ...(tuning.length === 0 ? {} : { tuning }),
    },
    source: new Map(active.map(({ rule, source }) => [rule.id, source])),
    nextExpiry: expiries.reduce<number | null>(
      (next, at) => (next === null || at < next ? at : next),
      null,
    ),
  };
}

function shadowed(rule: Rule): Rule {
  return rule.mode === 'shadow' ? rule : { ...rule, mode: 'shadow' };
}
