import type { Fault } from '../fault.ts';
import { isExpired } from '../lifetime.ts';
import type { ReadRule } from '../read-rules.ts';
import type { StoredRule } from '../rule-document.ts';
import { applied, type Change, declined } from './change.ts';
import { admit, gateCount, gateEnabled } from './gates.ts';

/** Adds rules, all or none. An id that exists is refused, unless its rule has expired. */
export function addRules(incoming: readonly ReadRule[]): Change {
  return (draft, context) => {
    const closed = gateEnabled(context);
    if (closed !== null) return closed;
    const taken: Fault[] = [];
    for (const { rule, source } of incoming) {
      const stored = draft.rules.get(rule.id);
      const file = context.staticRules.get(rule.id)?.file;
      const exists = stored !== undefined && !isExpired(stored.rule, context.now);
      if (exists || file !== undefined) taken.push(idTaken(rule.id, source('/id'), file));
    }
    if (taken.length > 0) return declined('conflict', ...taken);
    const stored = incoming.map(({ rule }) => admit(rule, context));
    const full = gateCount(draft, stored, context);
    if (full !== null) return full;
    for (const entry of stored) {
      draft.rules.set(entry.rule.id, entry);
      draft.dropHolds(entry.rule.id, (hold) => hold.digest === '*');
    }
    const ids = stored.map(({ rule }) => rule.id);
    const pending = stored.filter(({ state }) => state === 'pending').map(({ rule }) => rule.id);
    return { ...applied(ids, 'rules'), pending, ...(stored.some(takesEffect) ? {} : STORED) };
  };
}

const STORED = { effect: 'stored' } as const;

/** Whether a stored rule is part of a release, were it not held. */
export function takesEffect({ rule, state }: StoredRule): boolean {
  return state === 'active' && rule.mode !== 'off';
}

function idTaken(id: string, pointer: string, file: string | undefined): Fault {
  return {
    code: 'WAF_ERR_RULE_ID_DUPLICATE',
    pointer,
    message:
      file === undefined
        ? `there is already a rule with the id ${JSON.stringify(id)}`
        : `the rule file ${file} has a rule with the id ${JSON.stringify(id)}`,
    hint: 'Choose another id, or replace the rule with PUT /api/v1/rules/:id.',
    ruleId: id,
  };
}
