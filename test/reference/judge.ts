import type { InspectionRequest } from '../../src/engine/verdict.ts';
import type { Action, Condition, Rule, WafConfig } from '../../src/rules/model.ts';
import { collectValues, type Value } from './collect-values.ts';
import { judgeLeaf, type Outcome, type Sight } from './leaf-holds.ts';

export interface Judgement {
  readonly action: number;
  readonly rule: string | null;
  readonly reason: 'no-match' | 'rule' | 'threshold';
  /** Ids of the rules that matched and were not taken out, in the order of the config. */
  readonly matches: readonly string[];
  readonly score: Readonly<Record<string, number>>;
}

const STRICTNESS = { allow: 0, log: 1, ratelimit: 2, block: 3 } as const;
const CODES = { allow: 0, block: 1, log: 2, ratelimit: 3 } as const;

/**
 * The reference engine: what the rules mean, rule by rule and value by value, with no thought of speed.
 * Budget and limits are not part of it.
 */
export function judge(config: WafConfig, request: InspectionRequest): Judgement {
  const values = collectValues(request);
  const active = config.rules.filter((rule) => rule.mode !== 'off');
  const holding = active.filter(
    (rule) => !isExpired(rule, request.now) && holds(rule.when, values),
  );
  const takenOut = new Set(
    holding.filter((rule) => rule.mode === 'enforce').flatMap((rule) => takes(rule, active)),
  );
  const matches = holding.filter((rule) => !takenOut.has(rule));
  const enforced = matches.filter((rule) => rule.mode === 'enforce');
  const score = addScores(enforced);
  const [decider] = enforced
    .filter(({ action }) => nameOf(action) !== null)
    .sort((a, b) => b.priority - a.priority || strictness(b) - strictness(a));
  const result = { matches: matches.map(({ id }) => id), score };
  const action = decider === undefined ? null : nameOf(decider.action)!;
  const isOver = Object.entries(config.thresholds).some(
    ([category, threshold]) => (score[category] ?? 0) > 0 && score[category]! >= threshold,
  );
  if (isOver && (action === null || action === 'log' || action === 'ratelimit')) {
    return { ...result, action: CODES.block, rule: null, reason: 'threshold' };
  }
  if (action === null) return { ...result, action: CODES.allow, rule: null, reason: 'no-match' };
  return { ...result, action: CODES[action], rule: decider!.id, reason: 'rule' };
}

export function holds(condition: Condition, values: readonly Value[]): boolean {
  return judgeCondition(condition, values, null).holds;
}

/** `before`: what the previous sibling in the nearest `all` matched; null when there is none. */
function judgeCondition(
  condition: Condition,
  values: readonly Value[],
  before: readonly Sight[] | null,
): Outcome {
  if ('not' in condition) {
    return { holds: !judgeCondition(condition.not, values, before).holds, matched: [] };
  }
  if ('any' in condition) {
    const outcomes = condition.any.map((member) => judgeCondition(member, values, before));
    return joined(
      outcomes,
      outcomes.some(({ holds: one }) => one),
    );
  }
  if (!('all' in condition)) return judgeLeaf(condition, values, before);
  const outcomes: Outcome[] = [];
  for (const member of condition.all) {
    outcomes.push(judgeCondition(member, values, outcomes.at(-1)?.matched ?? before));
  }
  return joined(
    outcomes,
    outcomes.every(({ holds: one }) => one),
  );
}

function joined(outcomes: readonly Outcome[], isTrue: boolean): Outcome {
  return { holds: isTrue, matched: outcomes.flatMap(({ matched }) => matched) };
}

function isExpired({ expires_at }: Rule, now: number): boolean {
  return expires_at !== undefined && now > 0 && Date.parse(expires_at) <= now;
}

/** The action that can decide a verdict; null for scores and partial allow rules. */
function nameOf(action: Action): keyof typeof CODES | null {
  if ('allow' in action) return action.allow.skip === 'all' ? 'allow' : null;
  if ('block' in action) return 'block';
  if ('log' in action) return 'log';
  return 'ratelimit' in action ? 'ratelimit' : null;
}

function strictness(rule: Rule): number {
  return STRICTNESS[nameOf(rule.action)!];
}

function takes(rule: Rule, rules: readonly Rule[]): readonly Rule[] {
  if (!('allow' in rule.action) || rule.action.allow.skip === 'all') return [];
  const { tags = [], ids = [] } = rule.action.allow.skip;
  return rules.filter(
    (other) =>
      other !== rule && (ids.includes(other.id) || other.tags.some((tag) => tags.includes(tag))),
  );
}

function addScores(rules: readonly Rule[]): Record<string, number> {
  const score: Record<string, number> = {};
  for (const rule of rules) {
    for (const [name, points] of Object.entries(rule.score ?? {})) {
      score[name] = (score[name] ?? 0) + points;
    }
  }
  return Object.fromEntries(Object.entries(score).filter(([, points]) => points !== 0));
}
