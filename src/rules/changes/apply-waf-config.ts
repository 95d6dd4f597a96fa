import { canonicalJson } from '../../config/canonical-json.ts';
import { canonicalDigest } from '../canonical-digest.ts';
import type { Rule } from '../model.ts';
import type { WafConfigEdit } from '../rule-book.ts';
import type { RuleSetSettings } from '../rule-document.ts';
import type { RuleDraft } from '../rule-draft.ts';
import { applied, type Change, type ChangeContext, UNCHANGED } from './change.ts';
import { withTuning } from './change-tuning.ts';
import { admit, gateCount } from './gates.ts';

/**
 * Applies a hand edit of `waf-config.json`. New and changed rules become dynamic rules without a
 * lifetime; removed rules are removed when they are dynamic. A rule file is never written: its rule is
 * held with the content it has, and a changed one takes its place as a dynamic rule.
 */
export function applyWafConfig(edit: WafConfigEdit): Change {
  return (draft, context) => {
    const fromFiles = edit.rules.filter((rule) => isSame(context.staticRules.get(rule.id), rule));
    const incoming = edit.rules
      .filter((rule) => !fromFiles.includes(rule) && !isInForce(draft, rule))
      .map((rule) => {
        const provenance = rule.provenance ?? { source: 'waf-config' as const };
        const mode = modeOf(rule, draft, context);
        return admit({ ...rule, mode, provenance }, context, draft.rules.get(rule.id));
      });
    const full = gateCount(draft, incoming, context);
    if (full !== null) return full;
    const released = fromFiles.filter(({ id }) => isHeld(draft, id)).map(({ id }) => id);
    for (const id of released) draft.dropHolds(id);
    for (const stored of incoming) {
      draft.rules.set(stored.rule.id, stored);
      replaceHolds(draft, stored.rule.id, 'changed', context);
    }
    const removed = edit.removed.filter((id) => draft.rules.has(id) || context.staticRules.has(id));
    for (const id of removed) {
      draft.rules.delete(id);
      replaceHolds(draft, id, 'removed', context);
    }
    const settingsChanged = changeSettings(draft, edit.settings, context.waf);
    if (edit.tuning !== null) draft.tuning = withTuning(draft.tuning, edit.tuning, context);
    const ids = [...incoming.map(({ rule }) => rule.id), ...released, ...removed];
    if (ids.length > 0) return applied(ids, 'rules');
    if (edit.tuning !== null) return applied([], 'tuning');
    return settingsChanged ? applied([], 'settings') : UNCHANGED;
  };
}

/** Under the kill switch the file shows every rule in shadow mode, which nobody has asked for. */
function modeOf(rule: Rule, draft: RuleDraft, { staticRules }: ChangeContext): Rule['mode'] {
  if (!draft.killSwitch.engaged || rule.mode !== 'shadow') return rule.mode;
  return (draft.rules.get(rule.id) ?? staticRules.get(rule.id))?.rule.mode ?? rule.mode;
}

function isSame(other: { readonly rule: Rule } | undefined, rule: Rule): boolean {
  return other !== undefined && canonicalDigest(other.rule) === canonicalDigest(rule);
}

function isInForce(draft: RuleDraft, rule: Rule): boolean {
  const stored = draft.rules.get(rule.id);
  return stored?.state === 'active' && isSame(stored, rule) && !isHeld(draft, rule.id);
}

function isHeld(draft: RuleDraft, id: string): boolean {
  return draft.holds.some((hold) => hold.rule_id === id);
}

/** Lifts what was held of a rule, and holds the content that a file still has. */
function replaceHolds(
  draft: RuleDraft,
  id: string,
  what: 'changed' | 'removed',
  { staticRules, origin, now }: ChangeContext,
): void {
  draft.dropHolds(id);
  const file = staticRules.get(id);
  if (file === undefined) return;
  const digest = canonicalDigest(file.rule);
  const reason = `${what} by hand in waf-config.json`;
  draft.holds = [...draft.holds, { rule_id: id, digest, reason, actor: origin.actor, at: now }];
}

function changeSettings(
  draft: RuleDraft,
  edited: RuleSetSettings | null,
  defaults: RuleSetSettings,
): boolean {
  if (edited === null) return false;
  const next = canonicalJson(edited) === canonicalJson(pick(defaults)) ? null : edited;
  if (canonicalJson(next) === canonicalJson(draft.settings)) return false;
  draft.settings = next;
  return true;
}

function pick({ thresholds, on_budget, max_steps }: RuleSetSettings): RuleSetSettings {
  return { thresholds, on_budget, max_steps };
}
