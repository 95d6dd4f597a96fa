import type { CandidateRecord } from './candidate-record.ts';
import type { LifePolicy } from './life-policy.ts';

/**
 * What would be missing without the rule: confirmed hits of its last period that no other rule had. One that
 * is too young to have been needed counts what it covers of its samples.
 */
export function marginalValue(record: CandidateRecord, policy: LifePolicy, now: number): number {
  const { trial, evidence, history } = record;
  const age = now - (history[0]?.at ?? now);
  const young = age < Math.max(policy.shadowMs, 60_000);
  return trial.sole + (young ? (evidence.covered ?? 0) : 0);
}

/** The candidate that is worth least, and less than `value`; the longest unchanged of several. */
export function leastValuable(
  records: readonly CandidateRecord[],
  value: number,
  policy: LifePolicy,
  now: number,
): CandidateRecord | null {
  const order = records
    .map((record) => ({ record, value: marginalValue(record, policy, now) }))
    .sort((a, b) => a.value - b.value || a.record.updatedAt - b.record.updatedAt);
  const least = order[0];
  return least !== undefined && least.value < value ? least.record : null;
}
