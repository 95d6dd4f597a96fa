import { isExpired } from '../lifetime.ts';
import { takesEffect } from './add-rules.ts';
import { applied, type Change, staticRule, unknownRule } from './change.ts';

/** Takes a dynamic rule out for good, with what was held of it. */
export function removeRule(id: string): Change {
  return (draft, { staticRules, now }) => {
    const stored = draft.rules.get(id);
    const file = staticRules.get(id);
    if (stored === undefined) return file === undefined ? unknownRule(id) : staticRule(file);
    draft.rules.delete(id);
    if (file === undefined) draft.dropHolds(id);
    const effective = takesEffect(stored) && !isExpired(stored.rule, now);
    return { ...applied([id], 'rules'), ...(effective ? {} : { effect: 'stored' as const }) };
  };
}
