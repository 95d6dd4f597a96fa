import type { Rule } from '../rules/model.ts';
import type { ByteText } from './byte-text.ts';
import { toBytes } from './byte-text.ts';
import { compileCondition } from './compile-condition.ts';
import { actionCode } from './compile-effect.ts';
import type { CompileFault, Report } from './compile-fault.ts';
import type { BranchRecord } from './program-model.ts';
import type { ProgramTables } from './program-tables.ts';
import { isOfResponse } from './response-kinds.ts';
import { ruleSteps } from './rule-steps.ts';
import { scoresRead } from './score-reads.ts';
import { type LogicTree, triggerOf } from './trigger.ts';
import type { TunedRule } from './tuning/tuned-rule.ts';

/** What a rule is, whatever other rules there are. Branches name leaves of the tables. */
export interface CompiledRule {
  readonly rule: Rule;
  readonly id: ByteText;
  readonly action: number;
  /** Milliseconds since the epoch, 0 for never. */
  readonly expiresAt: number;
  readonly branches: readonly BranchRecord[];
  readonly scores: readonly (readonly [category: ByteText, points: number])[];
  /** Leaves of which one is hit whenever the rule matches; null: it may match without. */
  readonly wakers: readonly number[] | null;
  /** What the rule can cost, but for the rules that it takes out. */
  readonly steps: number;
  /** Categories of scores that its condition reads. */
  readonly reads: readonly string[];
  /** Judged when the response has come, since it looks at something of it. */
  readonly isResponse: boolean;
  /** What the cost of the rule is told by: its leaves, or those of its widest form. */
  readonly leaves: ReadonlySet<number>;
}

/** Enters the rule's condition into the tables. Null when something was reported. */
export function compileRule(
  rule: TunedRule,
  tables: ProgramTables,
  report: Report,
): CompiledRule | null {
  const expiresAt = expiryOf(rule);
  if (Number.isNaN(expiresAt)) report(badExpiry(rule));
  const condition = compileCondition(rule.when, tables, report);
  if (condition === null || Number.isNaN(expiresAt)) return null;
  const reads = scoresRead(rule.when);
  // A rule that reads scores needs no waking: it is matched after the others, whatever they are.
  const isResponse = isOfResponse(condition.branches, tables);
  const wakers =
    reads.length > 0 ? [] : triggerOf(wakingTree(rule, condition.tree, tables), tables, isResponse);
  for (const leaf of wakers ?? []) tables.leaves.at(leaf).wakes += 1;
  const { branches } = condition;
  const scores = Object.entries(rule.score ?? {}).map(
    ([name, points]) => [toBytes(name), Math.trunc(points)] as const,
  );
  // Written out, since spread objects are slow to read, and there are ten thousands of them.
  return {
    rule,
    id: toBytes(rule.id),
    action: actionCode(rule.action),
    expiresAt,
    branches,
    scores,
    wakers,
    reads,
    isResponse,
    leaves:
      rule.widest === undefined
        ? leavesOf(branches)
        : leavesOf(compileCondition(rule.widest, tables, () => undefined)?.branches ?? branches),
    steps: ruleSteps({ branches, scores, wakers }, tables),
  };
}

function wakingTree({ wokenBy }: TunedRule, tree: LogicTree, tables: ProgramTables): LogicTree {
  if (wokenBy === undefined) return tree;
  // It consists of parts of the condition, of which everything has been reported.
  return compileCondition(wokenBy, tables, () => undefined)?.tree ?? tree;
}

function leavesOf(branches: readonly BranchRecord[]): ReadonlySet<number> {
  return new Set(branches.map(({ leaf }) => leaf));
}

/** NaN for something unreadable. */
function expiryOf({ expires_at }: Rule): number {
  return expires_at === undefined ? 0 : Date.parse(expires_at);
}

function badExpiry({ expires_at }: Rule): CompileFault {
  return {
    code: 'WAF_ERR_COMPILE_VALUE_INVALID',
    pointer: '/expires_at',
    message: `${JSON.stringify(expires_at)} is not an instant`,
    hint: 'Write it as 2027-01-31T12:00:00Z.',
  };
}
