import type { InspectionRequest, Match } from '../engine/verdict.ts';
import { type BlockReason, blockReason } from './block-reason.ts';
import type { Judgement, Replay } from './replay.ts';

/** Points of one category against its threshold; null: the category does not block by itself. */
export interface CategoryScore {
  readonly category: string;
  readonly points: number;
  readonly threshold: number | null;
}

/** One rule that matched, with what it says of itself and what it added. */
export interface ExplainedMatch extends Match {
  readonly title?: string;
  /** It decided, alone or by what it added to the category that is over its threshold. */
  readonly to_blame: boolean;
  /** Points by category; shadow rules would have added them. */
  readonly adds: Readonly<Record<string, number>>;
}

/** Why a request gets the verdict that it gets. */
export interface ExplainedRequest {
  readonly action: Judgement['action'];
  /** Null when it is not blocked. */
  readonly blocked_by: BlockReason | null;
  /** The rule that decided, whatever it decided. */
  readonly rule: string | null;
  readonly reason: string;
  readonly score: readonly CategoryScore[];
  readonly matches: readonly ExplainedMatch[];
  readonly steps: number;
  readonly failed: boolean;
  readonly truncated: boolean;
}

export function explainRequest(replay: Replay, request: InspectionRequest): ExplainedRequest {
  const judgement = replay.judge(request);
  const { explanation, action, failed, truncated } = judgement;
  const { score, matches, rule, reason, steps } = explanation;
  const blocked_by = judgement.blocked ? blockReason(replay, judgement) : null;
  const toBlame = new Set([...(blocked_by?.rules ?? []), ...(rule === null ? [] : [rule])]);
  const { thresholds, points } = replay.scoring;
  return {
    ...{ action, blocked_by, rule, reason, steps, failed, truncated },
    score: Object.entries(score)
      .map(([category, sum]) => ({
        category,
        points: sum,
        threshold: thresholds[category] ?? null,
      }))
      .sort((a, b) => b.points - a.points),
    matches: matches.map((match) => ({
      ...match,
      ...titleOf(replay, match.rule),
      to_blame: !match.shadow && toBlame.has(match.rule),
      adds: points[match.ruleIndex] ?? {},
    })),
  };
}

function titleOf(replay: Replay, id: string): { readonly title?: string } {
  const title = replay.rule(id)?.title;
  return title === undefined ? {} : { title };
}
