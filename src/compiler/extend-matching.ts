import { SELECTOR_IS_NAMED } from '../config/layout.gen.ts';
import { indexLiterals, type LiteralIndex } from './literal-index.ts';
import { atomsOf, isSearched, type Matching, markPlanned } from './plan-matching.ts';
import { makePlans, type Plans } from './plans.ts';
import type { ProgramTables } from './program-tables.ts';
import { type Gate, type RegexTest, regexTest } from './regex-gates.ts';
import { TRANSFORMS_BY_CODE } from './transform-codes.ts';

/** The automaton of the overlay is small; its dense rows should not push those of the base out. */
const OVERLAY_DENSE_BYTES = 16 * 1024;

/** What leaves that were added to a planned program change. */
export interface ExtendedMatching extends Omit<Matching, 'literals'> {
  /** Literals and atoms of the leaves since the base. */
  readonly overlay: LiteralIndex;
}

/**
 * Adds leaves to a program whose plans, profile and automaton stay: what is searched goes into an
 * automaton of its own, what is tested gets gates of the bits that the profile has, and plans are laid
 * anew only when a leaf looks at values in a form in which none was searched so far.
 */
export class MatchingExtension {
  readonly #base: Matching;
  readonly #tables: ProgramTables;
  readonly #firstLeaf: number;
  readonly #gates: Map<number, Gate>;
  readonly #tests: RegexTest[];
  readonly #added: number[] = [];
  /** Target set and chain of the leaves that are reached by searching. */
  readonly #ways = new Set<string>();
  #plans: Plans;
  #leaves: number;
  #chains: number;
  #targetSets: number;

  /** `tables` have nothing yet that `base` does not know. */
  constructor(base: Matching, tables: ProgramTables) {
    this.#base = base;
    this.#tables = tables;
    this.#firstLeaf = tables.leaves.length;
    this.#gates = new Map(base.gates);
    this.#tests = [...base.regexTests];
    this.#plans = base.plans;
    this.#leaves = tables.leaves.length;
    this.#chains = tables.chains.length;
    this.#targetSets = tables.targetSets.length;
    this.#noteWays(tables.leaves.items.keys());
  }

  /**
   * Takes in what the tables have got since; `woken` are leaves that may wake a rule since. Null when
   * the base has to be made anew for it.
   */
  extend(woken: readonly number[]): ExtendedMatching | null {
    const { bits, leafGates } = this.#base;
    if (!this.#hasTriggers()) return null;
    const leaves = this.#tables.leaves.items;
    const fresh = Array.from({ length: leaves.length - this.#leaves }, (_, i) => this.#leaves + i);
    this.#leaves = leaves.length;
    const planned = markPlanned(leaves, [...fresh, ...woken]);
    for (const { regex } of this.#tables.regexes.items.slice(this.#tests.length)) {
      this.#tests.push(regexTest(regex, bits));
    }
    for (const index of planned) {
      const leaf = leaves[index]!;
      if (isSearched(leaf)) continue;
      leafGates.add(leaf, index);
      this.#gates.set(index, leafGates.gate(leaf, index, this.#tests, bits));
      this.#added.push(index);
    }
    if (!this.#isOnKnownWays(planned)) this.#planAnew();
    const atoms = this.#added.flatMap((index) =>
      atomsOf(leaves[index]!, index, this.#tests, leafGates),
    );
    return {
      ...{ bits, leafGates, plans: this.#plans, gates: this.#gates, regexTests: this.#tests },
      planned,
      overlay: indexLiterals(leaves, atoms, this.#firstLeaf, OVERLAY_DENSE_BYTES),
    };
  }

  /** Every transform of new chains has its bit, if it needs one. */
  #hasTriggers(): boolean {
    const { bits } = this.#base;
    return this.#tables.chains.items.slice(this.#chains).every((chain) =>
      chain.every((code) => {
        const triggers = TRANSFORMS_BY_CODE.get(code)?.triggers ?? null;
        return triggers === null || bits.hasTrigger(triggers);
      }),
    );
  }

  /** Values come to the new leaves without any change of the plans. */
  #isOnKnownWays(planned: readonly number[]): boolean {
    const { chains, targetSets, leaves } = this.#tables;
    const newSets = targetSets.items.slice(this.#targetSets);
    const hasNewName = newSets.flat().some(({ flags }) => (flags & SELECTOR_IS_NAMED) !== 0);
    this.#chains = chains.length;
    this.#targetSets = targetSets.length;
    return (
      !hasNewName &&
      planned.every((index) => {
        const leaf = leaves.at(index);
        const isReached = this.#base.leafGates.gateOf(leaf, index) === 'searched';
        return isReached && this.#ways.has(`${leaf.targetSet} ${leaf.chain}`);
      })
    );
  }

  #planAnew(): void {
    const { leafGates } = this.#base;
    this.#plans = makePlans(this.#tables, (leaf, index) => leafGates.gateOf(leaf, index));
    this.#noteWays(this.#tables.leaves.items.keys());
  }

  #noteWays(indexes: Iterable<number>): void {
    for (const index of indexes) {
      const leaf = this.#tables.leaves.at(index);
      if (this.#base.leafGates.gateOf(leaf, index) !== 'searched') continue;
      this.#ways.add(`${leaf.targetSet} ${leaf.chain}`);
    }
  }
}
