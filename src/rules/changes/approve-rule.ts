import { isExpired, startLifetime } from '../lifetime.ts';
import { latestVersion } from '../pending-version.ts';
import type { StoredRule } from '../rule-document.ts';
import { applied, type Change, staticRule, UNCHANGED, unknownRule } from './change.ts';
import { gateCount } from './gates.ts';

/**
 * Puts a rule into force: activates a pending one or its pending version, lifts every hold on it, and gives it a new lifetime
 * when `ttlSeconds` is given or the old one is over (0: it never expires).
 */
export function approveRule(id: string, ttlSeconds?: number): Change {
  return (draft, context) => {
    const { now, origin, limits } = context;
    const known = draft.rules.get(id);
    const held = draft.holds.some((hold) => hold.rule_id === id);
    if (known === undefined) {
      const file = context.staticRules.get(id);
      if (file === undefined) return unknownRule(id);
      if (ttlSeconds !== undefined) return staticRule(file);
      draft.dropHolds(id);
      return held ? applied([id], 'rules') : { ...UNCHANGED, ids: [id] };
    }
    const stored = latestVersion(known);
    const over = isExpired(stored.rule, now);
    if (stored.state === 'active' && !held && !over && ttlSeconds === undefined) {
      return { ...UNCHANGED, ids: [id] };
    }
    const { expires_at, ttl_seconds, ...rest } = stored.rule;
    const renewed = ttlSeconds !== undefined || over;
    const ttl = ttlSeconds ?? limits.default_ttl_seconds;
    const { reason: _, ...kept } = stored;
    const approved: StoredRule = {
      ...kept,
      rule: renewed
        ? startLifetime(rest, now, ttl)
        : startLifetime(stored.rule, now, limits.default_ttl_seconds),
      state: 'active',
      actor: origin.actor,
      updated_at: now,
    };
    const full = gateCount(draft, [approved], context);
    if (full !== null) return full;
    draft.rules.set(id, approved);
    draft.dropHolds(id);
    return applied([id], 'rules');
  };
}
