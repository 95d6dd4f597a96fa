import { canonicalJson } from '../../config/canonical-json.ts';
import { LIMITS } from '../../config/limits.ts';
import type { Fault } from '../fault.ts';
import type { StoredTuning } from '../rule-document.ts';
import type { Tuning } from '../tuning/tuning.ts';
import { applied, type Change, type ChangeContext, declined } from './change.ts';

/** Adds entries behind those that are there. Their ids must be new. `place`: where an id stands in the text. */
export function addTuning(entries: readonly Tuning[], place: (id: string) => string): Change {
  return (draft, context) => {
    const known = new Set(draft.tuning.map(({ entry }) => entry.id));
    const taken = entries.filter(({ id }) => known.has(id));
    if (taken.length > 0) {
      return declined('conflict', ...taken.map(({ id }) => takenId(id, place(id))));
    }
    const count = draft.tuning.length + entries.length;
    if (count > LIMITS.rule.max_tuning) return declined('full', tooMany(count));
    draft.tuning = [...draft.tuning, ...entries.map((entry) => stored(entry, context))];
    return applied(
      entries.map(({ id }) => id),
      'tuning',
    );
  };
}

/** Gives an entry another content; it keeps its place. */
export function replaceTuning(id: string, entry: Tuning): Change {
  return (draft, context) => {
    if (entry.id !== id) return declined('invalid', otherId(id, entry.id));
    const before = draft.tuning.find((each) => each.entry.id === id);
    if (before === undefined) return unknownTuning(id);
    const next = { ...stored(entry, context), added_at: before.added_at };
    draft.tuning = draft.tuning.map((each) => (each === before ? next : each));
    return applied([id], 'tuning');
  };
}

export function removeTuning(id: string): Change {
  return (draft) => {
    if (!draft.tuning.some(({ entry }) => entry.id === id)) return unknownTuning(id);
    draft.tuning = draft.tuning.filter(({ entry }) => entry.id !== id);
    return applied([id], 'tuning');
  };
}

/** Exactly these entries, in this order; those that stay as they are keep who added them and when. */
export function withTuning(
  present: readonly StoredTuning[],
  wanted: readonly Tuning[],
  context: ChangeContext,
): readonly StoredTuning[] {
  const known = new Map(present.map((each) => [canonicalJson(each.entry), each]));
  return wanted.map((entry) => known.get(canonicalJson(entry)) ?? stored(entry, context));
}

function stored(entry: Tuning, { origin, now }: ChangeContext): StoredTuning {
  return { entry, actor: origin.actor, added_at: now, updated_at: now };
}

function unknownTuning(id: string) {
  return declined('unknown', {
    code: 'WAF_ERR_TUNING_ID_UNKNOWN',
    pointer: '',
    message: `there is no tuning entry ${JSON.stringify(id)}`,
    hint: 'GET /api/v1/tuning lists the entries.',
  });
}

function takenId(id: string, pointer: string): Fault {
  return {
    code: 'WAF_ERR_TUNING_ID_DUPLICATE',
    pointer: `${pointer}/id`,
    message: `there is a tuning entry ${JSON.stringify(id)} already`,
    hint: 'Replace it with PUT, or give this one another id.',
  };
}

function otherId(id: string, written: string): Fault {
  return {
    code: 'WAF_ERR_RULE_ID_MISMATCH',
    pointer: '/id',
    message: `the body has the id ${JSON.stringify(written)}, the address ${JSON.stringify(id)}`,
    hint: 'Leave the id out of the body, or write the same one.',
  };
}

function tooMany(count: number): Fault {
  return {
    code: 'WAF_ERR_TUNING_LIMIT',
    pointer: '',
    message: `there would be ${count} tuning entries; at most ${LIMITS.rule.max_tuning} are allowed`,
    hint: 'Join entries: each has room for several rules, paths and targets.',
  };
}
