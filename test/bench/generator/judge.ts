import type { InspectionRequest } from '../../../src/engine/verdict.ts';
import type { Candidate } from '../../../src/generator/candidate.ts';
import { openRuleRun, type RuleRun } from '../../../src/generator/gate/rule-run.ts';

/** Rules below this wait for a person, so they block nothing. */
export const MIN_CONFIDENCE = 0.8;

/** The candidates that would be enforced, in the real engine; null when there are none. */
export function openCandidates(candidates: readonly Candidate[]): RuleRun | null {
  const enforced = candidates.filter(({ evidence }) => evidence.confidence >= MIN_CONFIDENCE);
  if (enforced.length === 0) return null;
  const opened = openRuleRun(enforced.map(({ rule }) => rule));
  if (!opened.ok) throw new Error(opened.diagnostics[0]?.message);
  return opened.run;
}

/** The requests that a rule matches. */
export function caught<T extends InspectionRequest>(run: RuleRun | null, requests: readonly T[]) {
  return run === null ? [] : requests.filter((request) => run.matching(request).length > 0);
}
