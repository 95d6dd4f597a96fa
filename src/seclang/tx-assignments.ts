import type { ActionItem, Chain, Link } from './model.ts';
import { scoreCategory } from './score-categories.ts';
import { parseSetVariable, type SetVariable } from './set-variable.ts';
import type { Producer } from './state-producers.ts';
import type { TransactionVariables, TxValue } from './transaction-variables.ts';

const VARYING: TxValue = { kind: 'varying' };

/** Carries out the `setvar` of a link that every request matches. */
export function assignAlways(link: Link, tx: TransactionVariables): void {
  for (const set of assignmentsOf(link.actions)) {
    const name = tx.expand(set.name);
    if (name === null) continue;
    if (set.how === 'unset') tx.unset(name);
    else tx.set(name, valueAfter(name, set, tx));
  }
}

function valueAfter(name: string, { how, value }: SetVariable, tx: TransactionVariables): TxValue {
  const [only, ...others] = tx.expandParts(value);
  if (only?.kind === 'macro') return others.length > 0 ? VARYING : (tx.get(only.key) ?? VARYING);
  if (others.length > 0) return VARYING;
  const text = only?.text ?? '';
  const before = tx.get(name);
  if (how === 'set') return { kind: 'constant', text };
  if (before !== undefined && before.kind !== 'constant') return before;
  const sum = Number(before?.text ?? 0) + Number(text) * (how === 'add' ? 1 : -1);
  return { kind: 'constant', text: String(sum) };
}

/** From here on the variables that a link sets depend on the request; what is kept can be tested later. */
export function assignSometimes(
  chain: Chain,
  links: readonly Link[],
  tx: TransactionVariables,
): readonly Producer[] {
  const link = links.at(-1);
  return assignmentsOf(link?.actions ?? []).map((set) => {
    const name = tx.expand(set.name);
    if (name !== null) {
      const category = scoreCategory(name, blockingLevel(tx));
      tx.set(name, category === null ? VARYING : { kind: 'score', category });
    }
    const [first, ...more] = tx.expandParts(set.name);
    return {
      chain,
      links,
      name: first?.kind === 'text' ? first.text : '',
      family: more.length > 0,
      parts: tx.expandParts(set.value),
      counts: set.how === 'add',
    };
  });
}

/** What is above this level scores without blocking. */
export function blockingLevel(tx: TransactionVariables): number {
  return Number(tx.expand('%{tx.blocking_paranoia_level}')) || 4;
}

export function assignmentsOf(actions: readonly ActionItem[]): readonly SetVariable[] {
  return actions
    .filter(({ name }) => name === 'setvar')
    .map(({ value }) => parseSetVariable(value))
    .filter((set) => set !== null);
}
