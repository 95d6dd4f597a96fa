import type { Diagnostic } from '../rules/diagnostic.ts';
import type { Condition, Rule, WafConfig } from '../rules/model.ts';
import { type CompileFault, diagnose } from './compile-fault.ts';

/**
 * Rules that read scores: `{"target": "score.sqli", "op": "gte", "value": 10}`. They are matched when all
 * other rules have added theirs, so what they read must not change any more.
 */

const SCORE = /^score\.([a-z][a-z0-9_]{0,31})$/;

/** The category that a target reads; null for every other target. */
export function scoreOf(target: string): string | null {
  return SCORE.exec(target)?.[1] ?? null;
}

/** The categories that a condition reads. */
export function scoresRead(when: Condition): readonly string[] {
  if ('all' in when) return when.all.flatMap(scoresRead);
  if ('any' in when) return when.any.flatMap(scoresRead);
  if ('not' in when) return scoresRead(when.not);
  return when.target.map(scoreOf).filter((category) => category !== null);
}

/** What is wrong with rules that read scores. */
export function scoreDiagnostics(
  rules: readonly { readonly rule: Rule; readonly reads: readonly string[] }[],
  config: WafConfig,
): readonly Diagnostic[] {
  const late = rules.filter(({ reads }) => reads.length > 0);
  const read = new Set(late.flatMap(({ reads }) => reads));
  return late.flatMap(({ rule }) =>
    faultsOf(rule, read).map((fault) => diagnose(fault, config.rules.indexOf(rule), rule.id)),
  );
}

/** `read`: the categories that some rule reads. */
function faultsOf(rule: Rule, read: ReadonlySet<string>): readonly CompileFault[] {
  const circles = Object.keys(rule.score ?? {})
    .filter((category) => read.has(category))
    .map((category) => circle(category));
  const takesOut = 'allow' in rule.action && rule.action.allow.skip !== 'all';
  return takesOut ? [...circles, TAKES_OUT] : circles;
}

function circle(category: string): CompileFault {
  return {
    code: 'WAF_ERR_COMPILE_VALUE_INVALID',
    pointer: `/score/${category}`,
    message: `A rule that reads scores adds to ${JSON.stringify(category)}, which a rule reads`,
    hint: 'Add to a category that no rule reads.',
  };
}

const TAKES_OUT: CompileFault = {
  code: 'WAF_ERR_COMPILE_CONDITION_UNSUPPORTED',
  pointer: '/action/allow/skip',
  message: 'A rule that reads scores would take out rules that have added theirs',
  hint: 'Use "skip": "all", or a condition that reads no score.',
};
