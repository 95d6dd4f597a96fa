import { LIMITS } from '../../config/limits.ts';
import type { DynamicRuleSettings } from '../../config/settings.ts';
import { startLifetime } from '../lifetime.ts';
import type { Rule } from '../model.ts';
import type { Origin } from '../rule-book.ts';
import type { StoredRule } from '../rule-document.ts';
import type { RuleDraft } from '../rule-draft.ts';
import { isActive } from '../rule-table.ts';
import { type ChangeContext, type Declined, declined } from './change.ts';

/** `[ml.dynamic_rules] enabled = false` closes the door for rules; a person's file stays open. */
export function gateEnabled({ limits, origin }: ChangeContext): Declined | null {
  if (limits.enabled || isHandEdit(origin)) return null;
  return declined('conflict', {
    code: 'WAF_ERR_RULE_DYNAMIC_DISABLED',
    pointer: '',
    message: 'dynamic rules are switched off',
    hint: 'Set [ml.dynamic_rules] enabled = true, or put the rule into a file.',
  });
}

/**
 * Refuses what would be more active rules than `max_active_rules`, or more rules than a program can
 * hold. Every active rule that has not expired counts, held and switched-off ones too, so that nothing
 * overflows when they come back.
 */
export function gateCount(
  draft: RuleDraft,
  incoming: readonly StoredRule[],
  { limits, now, staticRules }: ChangeContext,
): Declined | null {
  const replaced = incoming.flatMap(({ rule }) => draft.rules.get(rule.id) ?? []);
  const occupies = (stored: StoredRule) => isActive(stored, now);
  const before = draft.rules.countActive(now) - replaced.filter(occupies).length;
  const adding = incoming.filter(occupies).length;
  if (adding > 0 && before + adding > limits.max_active_rules) {
    return full(
      `${before} dynamic rules are active and ${adding} would be added; max_active_rules is ${limits.max_active_rules}`,
      'Remove rules, let some expire, or raise [ml.dynamic_rules] max_active_rules.',
    );
  }
  const total = draft.rules.size - replaced.length + incoming.length + staticRules.size;
  if (total <= LIMITS.rule.max_rules) return gateCategories(draft, incoming, staticRules.values());
  return full(
    `there would be ${total} rules; a rule set has at most ${LIMITS.rule.max_rules}`,
    'Remove rules; for a list of words or addresses use one rule with `in`, `phrases` or `ip_in`.',
  );
}

/** One program adds up a bounded number of score categories. */
function gateCategories(
  draft: RuleDraft,
  incoming: readonly StoredRule[],
  staticRules: Iterable<{ readonly rule: Rule }>,
): Declined | null {
  const added = incoming.filter(({ rule }) => rule.score !== undefined);
  if (added.length === 0) return null;
  const categories = new Set<string>();
  for (const { rule } of [...added, ...draft.rules.values(), ...staticRules]) {
    for (const category of Object.keys(rule.score ?? {})) categories.add(category);
  }
  if (categories.size <= LIMITS.rule.max_score_categories) return null;
  return declined('conflict', {
    code: 'WAF_ERR_RULE_SCORE',
    pointer: '',
    message: `the rules would have ${categories.size} score categories; at most ${LIMITS.rule.max_score_categories} are added up`,
    hint: 'Use categories that exist already.',
  });
}

/**
 * Decides whether a rule is active at once, and starts its lifetime if so. A pending rule keeps its
 * `ttl_seconds`, which counts from its approval.
 */
export function admit(rule: Rule, context: ChangeContext, previous?: StoredRule): StoredRule {
  const { now, origin, limits } = context;
  const created: Rule = {
    ...rule,
    created_at: rule.created_at ?? previous?.rule.created_at ?? new Date(now).toISOString(),
  };
  const reason = isHandEdit(origin) ? undefined : reasonToWait(rule, limits);
  const ttl = isHandEdit(origin) ? 0 : limits.default_ttl_seconds;
  return {
    rule: reason === undefined ? startLifetime(created, now, ttl) : created,
    ...(reason === undefined ? { state: 'active' } : { state: 'pending', reason }),
    actor: origin.actor,
    added_at: previous?.added_at ?? now,
    updated_at: now,
  };
}

function reasonToWait(rule: Rule, limits: DynamicRuleSettings): string | undefined {
  if (rule.confidence === undefined && rule.provenance?.source === 'ml') {
    return 'the rule was generated and states no confidence';
  }
  if (rule.confidence !== undefined && rule.confidence < limits.min_confidence) {
    return `confidence ${rule.confidence} is below min_confidence ${limits.min_confidence}`;
  }
  return limits.auto_deploy ? undefined : 'auto_deploy is off';
}

/** Who edits waf-config.json has decided already: no gate but the count, and no default lifetime. */
function isHandEdit(origin: Origin): boolean {
  return origin.source === 'waf-config';
}

function full(message: string, hint: string): Declined {
  return declined('full', { code: 'WAF_ERR_RULE_LIMIT', pointer: '', message, hint });
}
