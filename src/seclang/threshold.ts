import type { Link } from './model.ts';
import { hasAction } from './parse-actions.ts';
import type { TransactionVariables } from './transaction-variables.ts';

export interface Threshold {
  readonly category: string;
  readonly value: number;
}

/**
 * The rule that refuses a request whose score is too high: `TX:score "@ge 5"` with deny. The engine
 * compares scores with thresholds itself.
 */
export function thresholdOf(links: readonly Link[], tx: TransactionVariables): Threshold | null {
  const [head] = links;
  const [variable] = head?.variables ?? [];
  if (head === undefined || variable?.name !== 'TX' || variable.selector === undefined) return null;
  const refuses = ['deny', 'drop', 'block', 'redirect'].some((name) =>
    hasAction(head.actions, name),
  );
  const score = tx.get(variable.selector);
  const { name, argument = '' } = head.operator ?? {};
  const number = Number(tx.expand(argument));
  if (!refuses || variable.counted || score?.kind !== 'score' || !(number >= 0)) return null;
  if (name === 'ge') return { category: score.category, value: number };
  return name === 'gt' ? { category: score.category, value: number + 1 } : null;
}
