import { canonicalDigest } from '../canonical-digest.ts';
import { applied, type Change, UNCHANGED, unknownRule } from './change.ts';

/** The kill switch for everything: rules are released in shadow mode while it is engaged. */
export function switchAll(engaged: boolean, reason?: string): Change {
  return (draft, { origin, now }) => {
    if (draft.killSwitch.engaged === engaged) return UNCHANGED;
    draft.killSwitch = {
      engaged,
      actor: origin.actor,
      at: now,
      ...(reason === undefined ? {} : { reason }),
    };
    return applied([], 'kill-switch');
  };
}

/**
 * The kill switch for one rule. A person holds the rule whatever its content becomes; the release worker
 * holds the content that did not build, so that a corrected rule comes back by itself.
 */
export function switchRule(id: string, engaged: boolean, reason?: string): Change {
  return (draft, { origin, now, staticRules }) => {
    const rule = staticRules.get(id)?.rule ?? draft.rules.get(id)?.rule;
    if (rule === undefined) return unknownRule(id);
    const held = draft.holds.some((hold) => hold.rule_id === id && hold.digest === '*');
    if (!engaged) {
      if (!draft.holds.some((hold) => hold.rule_id === id)) return { ...UNCHANGED, ids: [id] };
      draft.dropHolds(id);
      return applied([id], 'kill-switch');
    }
    if (held) return { ...UNCHANGED, ids: [id] };
    const byWorker = origin.source === 'clock';
    const hold = {
      rule_id: id,
      digest: byWorker ? canonicalDigest(rule) : '*',
      reason: byWorker ? 'the rule did not build' : killReason(reason),
      actor: origin.actor,
      at: now,
    };
    draft.holds = [...draft.holds, hold];
    return applied([id], 'kill-switch');
  };
}

function killReason(reason: string | undefined): string {
  return reason === undefined ? 'kill switch' : `kill switch: ${reason}`;
}
