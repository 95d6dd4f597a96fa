import { effectOf, isTuningExpired } from '../../rules/tuning/check-tuning.ts';
import type { Tuning } from '../../rules/tuning/tuning.ts';
import type { ListedTuning } from '../../rules/tuning/tuning-book.ts';
import { timestamp } from './timestamp.ts';

/** A tuning entry in lists and by itself. */
export interface TuningAnswer {
  readonly id: string;
  readonly effect: ReturnType<typeof effectOf>;
  readonly state: 'active' | 'expired';
  readonly actor: string;
  readonly added_at: string;
  readonly updated_at: string;
  /** Ids of the rules that it is about now. */
  readonly rules: readonly string[];
  readonly entry: Tuning;
}

export function tuningAnswer(listed: ListedTuning, now: number): TuningAnswer {
  const { entry, actor, added_at, updated_at, rules } = listed;
  return {
    id: entry.id,
    effect: effectOf(entry),
    state: isTuningExpired(entry, now) ? 'expired' : 'active',
    actor,
    added_at: timestamp(added_at),
    updated_at: timestamp(updated_at),
    rules,
    entry,
  };
}
