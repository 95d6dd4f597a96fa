import { LEAF_IS_NEGATED, NONE, OP_REGEX } from '../config/layout.gen.ts';
import type { ByteText } from './byte-text.ts';
import { type LeafNeeds, needsOf, needsOfRegex } from './leaf-needs.ts';
import type { LeafGate } from './plans.ts';
import { type Bits, NO_BITS, type ProfileBits } from './profile-bits.ts';
import type { LeafRecord } from './program-model.ts';
import type { CompiledRegex } from './regex/compile-regex.ts';

/** What happens to a leaf whose gate lets a value pass. */
export type GateKind = 'test' | 'arm' | 'search';

/** A gate: bits that the profile of a value needs, and what happens when it has them. */
export interface Gate {
  readonly leaf: number;
  readonly need: Bits;
  readonly kind: GateKind;
}

/** What is known about the matches of one regular expression. */
export interface RegexTest {
  readonly regex: CompiledRegex;
  readonly need: Bits;
  readonly clauses: readonly ClauseRecord[];
  /** The clause around whose literals the expression is run, null when it has to be run everywhere. */
  readonly near: { readonly clause: number; readonly reach: number } | null;
}

export interface ClauseRecord {
  readonly literals: readonly ByteText[];
  /** Bits of which any one satisfies the clause as well. */
  readonly bits: Bits;
}

/** With more gates than this, looking at each for every value costs more than searching every value. */
const MOST_GATES = 512;
/** Literals that lead to a leaf by themselves have at least this many bytes. */
const TELLING_LENGTH = 4;

/** Which leaves go through gates and which wait for the search alone. */
export class LeafGates {
  readonly needs = new Map<number, LeafNeeds>();
  readonly #unlisted = new Set<number>();
  readonly #areMany: boolean;

  /** `planned`: the leaves that some plan is going to list. */
  constructor(leaves: readonly LeafRecord[], planned: ReadonlySet<number>) {
    const regexes = [...planned].filter((index) => leaves[index]!.op === OP_REGEX);
    this.#areMany = regexes.length > MOST_GATES;
    for (const index of planned) this.add(leaves[index]!, index);
  }

  /** One more leaf that a plan is going to list; whether there are many gates was decided before. */
  add(leaf: LeafRecord, index: number): void {
    const needs = needsOf(leaf);
    this.needs.set(index, needs);
    if (this.#areMany && leaf.op === OP_REGEX && needs.clauses.some(isTelling)) {
      this.#unlisted.add(index);
    }
  }

  gateOf(leaf: LeafRecord, index: number): LeafGate | null {
    if (leaf.test.literals.length > 0 || this.#unlisted.has(index)) return 'searched';
    return this.needs.has(index) ? 'gated' : null;
  }

  #kind(leaf: LeafRecord, index: number, tests: readonly RegexTest[]): GateKind {
    if (!this.waits(leaf, index, tests)) return 'test';
    const { clauses } = tests[leaf.operand]!;
    // Where no clause needs a literal, the search may find nothing and the leaf has to be tested.
    return clauses.every(({ bits }) => (bits.bits0 | bits.bits1) !== 0n) ? 'arm' : 'search';
  }

  gate(leaf: LeafRecord, index: number, tests: readonly RegexTest[], bits: ProfileBits): Gate {
    return {
      leaf: index,
      need: bits.all(this.needs.get(index)!.sets),
      kind: this.#kind(leaf, index, tests),
    };
  }

  /** True for a leaf that is tested only where literals of all its clauses were found. */
  waits(leaf: LeafRecord, index: number, tests: readonly RegexTest[]): boolean {
    if (leaf.op !== OP_REGEX || (leaf.flags & LEAF_IS_NEGATED) !== 0) return false;
    return this.needs.has(index) && tests[leaf.operand]!.clauses.length > 0;
  }
}

/** The test of a regular expression with the bits that a program has. */
export function regexTest(regex: CompiledRegex, bits: ProfileBits): RegexTest {
  const { sets, clauses } = needsOfRegex(regex);
  const kept = clauses.flatMap(({ literals, bytes, reach }) => {
    const instead = bytes === null ? NO_BITS : bits.bitOf(bytes);
    return instead === null ? [] : [{ literals, bits: instead, reach }];
  });
  // Clauses come rarest first. Without an idle state a run can only begin at the start of the value.
  const canBeginLater = regex.dfa !== null && regex.dfa.idle !== NONE;
  const clause = canBeginLater ? kept.findIndex(({ reach }) => reach <= LONGEST_REACH) : -1;
  const near = clause === -1 ? null : { clause, reach: kept[clause]!.reach };
  return { regex, need: bits.all(sets), clauses: kept, near };
}

/** A run that has to begin farther before a literal saves little. */
const LONGEST_REACH = 512;

function isTelling({ literals, bytes }: LeafNeeds['clauses'][number]): boolean {
  return bytes === null && literals.every((text) => text.length >= TELLING_LENGTH);
}
