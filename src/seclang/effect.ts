import { toNumber } from './fold-link.ts';
import { Gap } from './gap.ts';
import type { ActionItem } from './model.ts';
import { actionValue, hasAction } from './parse-actions.ts';
import { scoreCategory } from './score-categories.ts';
import type { TransactionVariables } from './transaction-variables.ts';
import { assignmentsOf, blockingLevel } from './tx-assignments.ts';

export interface Score {
  /** Name of the TX variable. */
  readonly variable: string;
  readonly category: string;
  readonly points: number;
}

/** What a matching rule does. */
export interface Effect {
  readonly kind: 'block' | 'allow' | 'log' | 'score';
  readonly status: number | null;
  readonly scores: readonly Score[];
}

const REFUSALS = ['deny', 'drop', 'redirect'];
const DECISIONS = [...REFUSALS, 'allow', 'pass', 'proxy'];

/** null when the rule neither decides nor scores nor writes a log entry. */
export function effectOf(
  actions: readonly ActionItem[],
  defaults: readonly ActionItem[] | undefined,
  tx: TransactionVariables,
): Effect | null {
  const decision = decisionOf(actions, defaults);
  const scores = scoresOf(actions, tx);
  if (REFUSALS.includes(decision)) {
    const status = actionValue(actions, 'status') ?? actionValue(defaults ?? [], 'status');
    return { kind: 'block', status: toStatus(status), scores };
  }
  if (decision === 'proxy') throw new Gap('the action proxy');
  if (decision === 'allow') return { kind: 'allow', status: null, scores };
  if (scores.length > 0) return { kind: 'score', status: null, scores };
  const logs = !hasAction(actions, 'nolog') && actionValue(actions, 'msg') !== undefined;
  return logs ? { kind: 'log', status: null, scores } : null;
}

/** `block` is what SecDefaultAction of the phase says, which is `pass` when it says nothing. */
function decisionOf(
  actions: readonly ActionItem[],
  defaults: readonly ActionItem[] | undefined,
): string {
  const written = actions.findLast(({ name }) => name === 'block' || DECISIONS.includes(name));
  if (written !== undefined && written.name !== 'block') return written.name;
  return defaults?.findLast(({ name }) => DECISIONS.includes(name))?.name ?? 'pass';
}

/** Only a refusal is a status of ours. */
function toStatus(text: string | undefined): number | null {
  const status = toNumber(text ?? '');
  return status >= 400 && status <= 599 ? status : null;
}

function scoresOf(actions: readonly ActionItem[], tx: TransactionVariables): readonly Score[] {
  return assignmentsOf(actions).flatMap(({ name, how, value }) => {
    const variable = tx.expand(name);
    if (how !== 'add' || variable === null) return [];
    const category = scoreCategory(variable, blockingLevel(tx));
    const points = toNumber(tx.expand(value) ?? '');
    return category === null || points === 0 ? [] : [{ variable, category, points }];
  });
}
