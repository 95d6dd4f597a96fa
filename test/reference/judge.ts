import type { InspectionRequest } from '../../src/engine/verdict.ts';
import type { Action, Condition, Rule, WafConfig } from '../../src/rules/model.ts';
import { collectValues, type Value } from './collect-values.ts';
import { judgeLeaf, type Knowledge, type Outcome } from './leaf-holds.ts';
import { tunedFor } from './tuning.ts';

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
 * A request with its response is judged by the rules that look at responses, one without by the others.
 * Budget and limits are not part of it.
 */
export function judge(written: WafConfig, request: InspectionRequest): Judgement {
  const config = tunedFor(written, request);
  const values = collectValues(request);
  const isResponse = request.response !== undefined;
  const active = config.rules.filter(
    (rule) => rule.mode !== 'off' && readsResponse(rule.when) === isResponse,
  );
  const holding = (rules: readonly Rule[], scores: Knowledge['scores']) =>
    rules.filter((rule) => !isExpired(rule, request.now) && holds(rule.when, values, scores));
  const early = holding(
    active.filter(({ when }) => !readsScore(when)),
    {},
  );
  const takenOut = new Set(
    early.filter((rule) => rule.mode === 'enforce').flatMap((rule) => takes(rule, active)),
  );
  const counted = early.filter((rule) => !takenOut.has(rule));
  // Rules that read scores are matched when all others have added theirs.
  const late = holding(
    active.filter((rule) => readsScore(rule.when) && !takenOut.has(rule)),
    addScores(counted.filter((rule) => rule.mode === 'enforce')),
  );
  const matches = [...counted, ...late];
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

export function holds(
  condition: Condition,
  values: readonly Value[],
  scores: Knowledge['scores'] = {},
): boolean {
  return judgeCondition(condition, { values, before: null, captures: new Map(), scores }).holds;
}

function readsResponse(condition: Condition): boolean {
  return targetsOf(condition).some((target) => target.startsWith('response.'));
}

function targetsOf(condition: Condition): readonly string[] {
  if ('not' in condition) return targetsOf(condition.not);
  if ('any' in condition) return condition.any.flatMap(targetsOf);
  return 'all' in condition ? condition.all.flatMap(targetsOf) : condition.target;
}

function readsScore(condition: Condition): boolean {
  return JSON.stringify(condition).includes('"score.');
}

/** `known.before` is what the previous sibling in the nearest `all` matched. */
function judgeCondition(condition: Condition, known: Knowledge): Outcome {
  if ('not' in condition) {
    const { holds: one } = judgeCondition(condition.not, known);
    return { holds: !one, matched: [], captures: new Map() };
  }
  if ('any' in condition) {
    const outcomes = condition.any.map((member) => judgeCondition(member, known));
    // Of several conditions that capture under one name, the first one counts.
    return {
      holds: outcomes.some(({ holds: one }) => one),
      matched: outcomes.flatMap(({ matched }) => matched),
      captures: new Map(outcomes.toReversed().flatMap(({ captures }) => [...captures])),
    };
  }
  if (!('all' in condition)) return judgeLeaf(condition, known);
  const outcomes: Outcome[] = [];
  let captures = known.captures;
  for (const member of condition.all) {
    const before = outcomes.at(-1)?.matched ?? known.before;
    const outcome = judgeCondition(member, { ...known, before, captures });
    captures = new Map([...captures, ...outcome.captures]);
    outcomes.push(outcome);
  }
  return {
    holds: outcomes.every(({ holds: one }) => one),
    matched: outcomes.flatMap(({ matched }) => matched),
    captures: new Map(outcomes.flatMap((outcome) => [...outcome.captures])),
  };
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
