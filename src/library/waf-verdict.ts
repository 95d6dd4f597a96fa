import type { Manifest } from '../artifact/manifest.ts';
import type { ManifestRateLimit } from '../artifact/manifest-action.ts';
import { ACTION_NAMES, type ActionCode, type Explanation, type Match } from '../engine/verdict.ts';

export type WafAction = (typeof ACTION_NAMES)[number];

/** Why a request was not judged by its rules to the end. */
export type WafFailure = 'budget' | 'unreadable' | 'trap';

/** What became of one request. */
export interface WafVerdict {
  readonly action: WafAction;
  /** HTTP status to answer with; only when the action is `block`. */
  readonly status?: number;
  /** How much the rule lets through; only when the action is `ratelimit` and the rule says so. */
  readonly limit?: ManifestRateLimit;
  /** The rule that decided; null when a threshold, the budget or nothing did. */
  readonly rule: string | null;
  readonly reason: Explanation['reason'] | 'failure';
  /** Every rule that matched, shadow rules included, and where. */
  readonly matches: readonly Match[];
  /** Points by category. */
  readonly score: Readonly<Record<string, number>>;
  /** What the inspection cost. */
  readonly steps: number;
  readonly failure?: WafFailure;
}

const NO_MATCHES: readonly Match[] = Object.freeze([]);
const NO_SCORE: Readonly<Record<string, number>> = Object.freeze({});

/** The verdict on a request in which nothing matched. */
export function plainAllow(steps: number): WafVerdict {
  return {
    action: 'allow',
    rule: null,
    reason: 'no-match',
    matches: NO_MATCHES,
    score: NO_SCORE,
    steps,
  };
}

/** The verdict where the module could not judge, and the policy of the host decides. */
export function failedVerdict(action: ActionCode, failure: WafFailure): WafVerdict {
  return {
    ...plainAllow(0),
    action: ACTION_NAMES[action],
    ...(action === 1 && { status: 503 }),
    reason: 'failure',
    failure,
  };
}

/** A verdict in full. `manifest` is null for a module that is not ours: it has no rule table. */
export function explained(
  explanation: Explanation,
  manifest: Manifest | null,
  failure: WafFailure | null,
): WafVerdict {
  const { action, rule, reason, matches, score, steps } = explanation;
  const decided = rule === null ? undefined : decidingRule(explanation, manifest);
  return {
    action: ACTION_NAMES[action],
    ...(action === 1 && { status: statusOf(decided) }),
    ...(action === 3 && limitOf(decided)),
    rule,
    reason,
    matches,
    score,
    steps,
    ...(failure !== null && { failure }),
  };
}

/** By its place, which the match knows; a rule that is not among the listed matches has to be looked for. */
function decidingRule({ rule, matches }: Explanation, manifest: Manifest | null) {
  if (manifest === null) return undefined;
  const match = matches.find((each) => each.rule === rule);
  return match ? manifest.rules[match.ruleIndex] : manifest.rules.find(({ id }) => id === rule);
}

function statusOf(rule: ReturnType<typeof decidingRule>): number {
  return rule !== undefined && 'block' in rule.action ? rule.action.block.status : 403;
}

function limitOf(rule: ReturnType<typeof decidingRule>): { limit?: ManifestRateLimit } {
  return rule !== undefined && 'ratelimit' in rule.action ? { limit: rule.action.ratelimit } : {};
}
