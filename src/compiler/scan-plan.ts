import {
  KINDS,
  OP_GLOB,
  OP_LITERAL,
  SELECTOR_IS_EXCEPT,
  SELECTOR_IS_NAMED,
} from '../config/layout.gen.ts';
import type { Selector } from './program-model.ts';
import type { ProgramTables } from './program-tables.ts';

/** One transformed form in which values of a kind have to be searched for literals. */
export interface Scan {
  readonly kind: number;
  readonly chain: number;
  /** Target sets of which one has to select the value; empty: every value of the kind. */
  readonly sets: readonly number[];
}

/** Asking more sets than this costs more than scanning a value in vain. */
const MOST_SETS = 8;

/** The scans that the literal leaves need, by kind and chain. */
export function planScans(tables: ProgramTables): readonly Scan[] {
  const sets = new Map<number, Set<number>>();
  for (const leaf of tables.leaves) {
    if (leaf.op !== OP_LITERAL && leaf.op !== OP_GLOB) continue;
    for (const kind of kindsOf(tables.targetSets.at(leaf.targetSet))) {
      const key = leaf.chain * KINDS + kind;
      sets.set(key, (sets.get(key) ?? new Set()).add(leaf.targetSet));
    }
  }
  return [...sets]
    .map(([key, members]) => {
      const kind = key % KINDS;
      const isWhole = [...members].some((set) => selectsAll(tables.targetSets.at(set), kind));
      const asked = isWhole || members.size > MOST_SETS ? [] : [...members].sort((a, b) => a - b);
      return { kind, chain: Math.floor(key / KINDS), sets: asked };
    })
    .sort((a, b) => a.kind - b.kind || a.chain - b.chain);
}

/** The kinds of which a target set can select values. */
export function kindsOf(selectors: readonly Selector[]): ReadonlySet<number> {
  const included = selectors.filter(({ flags }) => (flags & SELECTOR_IS_EXCEPT) === 0);
  return new Set(included.map(({ kind }) => kind));
}

function selectsAll(selectors: readonly Selector[], kind: number): boolean {
  const own = selectors.filter((selector) => selector.kind === kind);
  const hasException = own.some(({ flags }) => (flags & SELECTOR_IS_EXCEPT) !== 0);
  return !hasException && own.some(({ flags }) => (flags & SELECTOR_IS_NAMED) === 0);
}
