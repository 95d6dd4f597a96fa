import type { Effect } from './effect.ts';

/** What a rule does when nothing is refused: it scores or logs; what allows goes on to allow. */
export function asDetection(effect: Effect | null): Effect | null {
  if (effect?.kind !== 'block') return effect;
  const { scores } = effect;
  return { kind: scores.length > 0 ? 'score' : 'log', status: null, scores };
}
