import { canonicalDigest } from '../canonical-digest.ts';
import { isExpired } from '../lifetime.ts';
import { listRules } from '../list-rules.ts';
import type { Rule } from '../model.ts';
import type { Hold } from '../rule-document.ts';
import type { RuleDraft } from '../rule-draft.ts';
import { isTuningExpired } from '../tuning/check-tuning.ts';
import type { Tuning } from '../tuning/tuning.ts';
import { applied, type Change, type ChangeContext, UNCHANGED } from './change.ts';
import { withTuning } from './change-tuning.ts';

/**
 * Brings the rules to agree with an earlier release. What it had and was changed or removed since comes
 * back as a dynamic rule; what it did not have is held with its present content. No rule is deleted, no
 * file is touched, and what has expired since stays out. Tuning becomes what it was.
 */
export function restoreRules(target: {
  readonly revision: string;
  readonly rules: readonly Rule[];
  readonly tuning?: readonly Tuning[];
}): Change {
  return (draft, context) => {
    const { now } = context;
    const before = JSON.stringify([[...draft.rules.values()], draft.holds, draft.tuning]);
    const wanted = new Map(
      target.rules.filter((rule) => !isExpired(rule, now)).map((rule) => [rule.id, rule]),
    );
    const listed = listRules(draft.document(now), [...context.staticRules.values()], now);
    for (const { rule, state, source } of listed) {
      const earlier = wanted.get(rule.id);
      const same = earlier !== undefined && canonicalDigest(earlier) === canonicalDigest(rule);
      const replaced = earlier !== undefined && source === 'dynamic';
      if (!same && !replaced && state === 'active') hold(draft, rule, target.revision, context);
    }
    for (const rule of wanted.values()) bringBack(draft, rule, context);
    const tuning = (target.tuning ?? []).filter((entry) => !isTuningExpired(entry, now));
    draft.tuning = withTuning(draft.tuning, tuning, context);
    const after = JSON.stringify([[...draft.rules.values()], draft.holds, draft.tuning]);
    if (after === before) return UNCHANGED;
    return applied([...wanted.keys()], 'rollback');
  };
}

function hold(
  draft: RuleDraft,
  rule: Rule,
  revision: string,
  { origin, now }: ChangeContext,
): void {
  const entry: Hold = {
    rule_id: rule.id,
    digest: canonicalDigest(rule),
    reason: `rolled back to ${revision}`,
    actor: origin.actor,
    at: now,
  };
  draft.holds = [...draft.holds, entry];
}

function bringBack(
  draft: RuleDraft,
  rule: Rule,
  { origin, now, staticRules }: ChangeContext,
): void {
  const digest = canonicalDigest(rule);
  draft.dropHolds(rule.id, (entry) => entry.digest !== '*' && entry.digest !== digest);
  const file = staticRules.get(rule.id);
  if (file !== undefined && canonicalDigest(file.rule) === digest) return;
  const stored = draft.rules.get(rule.id);
  if (stored?.state === 'active' && canonicalDigest(stored.rule) === digest) return;
  draft.rules.set(rule.id, {
    rule,
    state: 'active',
    actor: origin.actor,
    added_at: stored?.added_at ?? now,
    updated_at: now,
  });
}
