import { MAX_SOURCE_HITS, QUANTIFIER_ALL } from '../config/layout.gen.ts';
import type { CompiledRule } from './compile-rule.ts';
import { FIELDS, setSteps, VIEWS } from './cost-request.ts';
import type { RuleRange } from './program-model.ts';
import type { ProgramTables } from './program-tables.ts';

type Effects = Pick<CompiledRule, 'branches' | 'scores'>;

/** What a rule that matches costs, but for the rules that it takes out. */
export function effectSteps({ branches, scores }: Effects): number {
  return 2 + branches.length + scores.length;
}

/** Taking out rules. */
export function skipSteps(skips: readonly RuleRange[]): number {
  return skips.reduce((sum, [first, last]) => sum + 1 + last - first, 0);
}

/** Everything that a rule costs among others: being woken, being evaluated, what it does. */
export function ruleSteps(
  rule: Effects & Pick<CompiledRule, 'wakers'>,
  tables: ProgramTables,
): number {
  const waking = Math.max(1, rule.wakers?.length ?? 1);
  return rule.branches.reduce(
    (sum, { leaf }) => sum + countingSteps(leaf, tables),
    waking + effectSteps(rule),
  );
}

/** Counting the values that a leaf looks at, each time that a condition asks. */
function countingSteps(index: number, tables: ProgramTables): number {
  const { quantifier, sources, targetSet } = tables.leaves.at(index);
  if (quantifier !== QUANTIFIER_ALL) return 0;
  return (
    setSteps(tables.targetSets.at(targetSet)) +
    FIELDS +
    VIEWS +
    MAX_SOURCE_HITS * (1 + sources.length)
  );
}
