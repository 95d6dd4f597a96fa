import type { StoredRule } from './rule-document.ts';

/** The rule in force, with `next` waiting beside it. */
export function withPendingVersion(inForce: StoredRule, next: StoredRule): StoredRule {
  const { rule, reason, actor, updated_at } = next;
  const pending = { rule, ...(reason === undefined ? {} : { reason }), actor, updated_at };
  return { ...inForce, pending_version: pending };
}

/** The content that waits, as a rule of its own; a rule without one as it is. */
export function latestVersion(stored: StoredRule): StoredRule {
  const { pending_version: next, added_at } = stored;
  return next === undefined ? stored : { ...next, state: 'pending', added_at };
}
