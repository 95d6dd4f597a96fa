import { isExpired } from '../lifetime.ts';
import { withPendingVersion } from '../pending-version.ts';
import type { ReadRule } from '../read-rules.ts';
import { takesEffect } from './add-rules.ts';
import { applied, type Change, declined, staticRule, unknownRule } from './change.ts';
import { admit, gateCount, gateEnabled } from './gates.ts';

/**
 * Gives the dynamic rule `id` another content. The gates apply as to a new rule: while the new content
 * waits for approval, the old one stays as it is. Only the kill switch outlasts a replacement.
 */
export function replaceRule(id: string, { rule, source }: ReadRule): Change {
  return (draft, context) => {
    const closed = gateEnabled(context);
    if (closed !== null) return closed;
    if (rule.id !== id) {
      return declined('invalid', {
        code: 'WAF_ERR_RULE_ID_MISMATCH',
        pointer: source('/id'),
        message: `the body has the id ${JSON.stringify(rule.id)}, the address ${JSON.stringify(id)}`,
        hint: 'Leave the id out of the body, or write the same one.',
        ruleId: id,
      });
    }
    const previous = draft.rules.get(id);
    const file = context.staticRules.get(id);
    if (previous === undefined) return file === undefined ? unknownRule(id) : staticRule(file);
    const stored = admit(rule, context, previous);
    const full = gateCount(draft, [stored], context);
    if (full !== null) return full;
    const active = previous.state === 'active' && !isExpired(previous.rule, context.now);
    if (stored.state === 'pending' && active) {
      draft.rules.set(id, withPendingVersion(previous, stored));
      return { ...applied([id], 'rules'), pending: [id], effect: 'stored' };
    }
    draft.rules.set(id, stored);
    draft.dropHolds(id, (hold) => hold.digest === '*');
    return {
      ...applied([id], 'rules'),
      pending: stored.state === 'pending' ? [id] : [],
      ...(takesEffect(previous) || takesEffect(stored) ? {} : { effect: 'stored' as const }),
    };
  };
}
