import type { Judgement, Replay } from './replay.ts';

/** Why a request would be blocked, and by whom. */
export interface BlockReason {
  readonly by: 'rule' | 'threshold' | 'budget';
  /** The category over its threshold, with its points and the threshold. */
  readonly category?: string;
  readonly points?: number;
  readonly threshold?: number;
  /** The rule that decided, or those that added points to the category, most points first. */
  readonly rules: readonly string[];
}

export function blockReason(
  replay: Pick<Replay, 'scoring'>,
  { explanation }: Judgement,
): BlockReason {
  const { rule, reason, score } = explanation;
  if (rule !== null) return { by: 'rule', rules: [rule] };
  if (reason === 'budget') return { by: 'budget', rules: [] };
  const over = farthestOver(score, replay.scoring.thresholds);
  if (over === null) return { by: 'threshold', rules: [] };
  const [category, points, threshold] = over;
  return {
    by: 'threshold',
    category,
    points,
    threshold,
    rules: adders(replay, explanation, category),
  };
}

/** The category that is over its threshold by the largest factor. */
function farthestOver(
  score: Readonly<Record<string, number>>,
  thresholds: Readonly<Record<string, number>>,
): [category: string, points: number, threshold: number] | null {
  let found: [string, number, number] | null = null;
  for (const [category, points] of Object.entries(score)) {
    const threshold = thresholds[category];
    if (threshold === undefined || points < threshold) continue;
    if (found === null || points * found[2] > found[1] * threshold) {
      found = [category, points, threshold];
    }
  }
  return found;
}

function adders(
  { scoring }: Pick<Replay, 'scoring'>,
  { matches }: Judgement['explanation'],
  category: string,
): string[] {
  return matches
    .filter(({ shadow }) => !shadow)
    .map(({ rule, ruleIndex }) => ({ rule, points: scoring.points[ruleIndex]?.[category] ?? 0 }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points)
    .map(({ rule }) => rule);
}
