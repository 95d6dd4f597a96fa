import { canonicalJson } from '../config/canonical-json.ts';
import { canonicalDigest } from './canonical-digest.ts';
import type { WafConfig } from './model.ts';
import type { WafConfigEdit } from './rule-book.ts';
import type { RuleSetSettings } from './rule-document.ts';

/** What a person changed: `edited` against the configuration that the edit began with. Pure. */
export function diffWafConfig(base: WafConfig, edited: WafConfig): WafConfigEdit {
  const before = new Map(base.rules.map((rule) => [rule.id, canonicalDigest(rule)]));
  const after = new Set(edited.rules.map(({ id }) => id));
  const settings = settingsOf(edited);
  return {
    rules: edited.rules.filter((rule) => before.get(rule.id) !== canonicalDigest(rule)),
    removed: base.rules.map(({ id }) => id).filter((id) => !after.has(id)),
    tuning:
      canonicalJson(edited.tuning ?? []) === canonicalJson(base.tuning ?? [])
        ? null
        : (edited.tuning ?? []),
    settings: canonicalJson(settings) === canonicalJson(settingsOf(base)) ? null : settings,
  };
}

export function isEmptyEdit({ rules, removed, settings, tuning }: WafConfigEdit): boolean {
  return rules.length === 0 && removed.length === 0 && settings === null && tuning === null;
}

function settingsOf({ thresholds, on_budget, max_steps }: WafConfig): RuleSetSettings {
  return { thresholds, on_budget, max_steps };
}
