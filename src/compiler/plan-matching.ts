import { LEAF_IS_LATE, LEAF_IS_PLANNED } from '../config/layout.gen.ts';
import { type Atom, indexLiterals, type LiteralIndex } from './literal-index.ts';
import { makePlans, type Plans } from './plans.ts';
import { ProfileBits } from './profile-bits.ts';
import type { LeafRecord } from './program-model.ts';
import type { ProgramTables } from './program-tables.ts';
import { type Gate, LeafGates, type RegexTest, regexTest } from './regex-gates.ts';
import { TRANSFORMS_BY_CODE } from './transform-codes.ts';

/** How values come to the leaves that have to see them. */
export interface Matching {
  readonly plans: Plans;
  readonly bits: ProfileBits;
  readonly leafGates: LeafGates;
  /** Per leaf, its gate; for those that have one. */
  readonly gates: ReadonlyMap<number, Gate>;
  readonly regexTests: readonly RegexTest[];
  readonly literals: LiteralIndex;
  /** Leaves that are planned since the program that this one goes on from. */
  readonly planned: readonly number[];
}

/** Lays down the ways of values. Which leaves wake rules is known by now. */
export function planMatching(tables: ProgramTables): Matching {
  const leaves = tables.leaves.items;
  const planned = markPlanned(leaves, leaves.keys());
  const listed = planned.filter((index) => !isSearched(leaves[index]!));
  const leafGates = new LeafGates(leaves, new Set(listed));
  const bits = new ProfileBits(triggersOf(tables), wantedSets(leafGates));
  const regexTests = tables.regexes.items.map(({ regex }) => regexTest(regex, bits));
  const plans = makePlans(tables, (leaf, index) => leafGates.gateOf(leaf, index));
  const gates = new Map<number, Gate>();
  for (const index of listed) {
    gates.set(index, leafGates.gate(leaves[index]!, index, regexTests, bits));
  }
  const atoms = listed.flatMap((index) => atomsOf(leaves[index]!, index, regexTests, leafGates));
  const literals = indexLiterals(leaves, atoms);
  return { plans, bits, leafGates, gates, regexTests, literals, planned };
}

/** Marks those of some leaves that have to be planned and are not yet; returns them. */
export function markPlanned(
  leaves: readonly LeafRecord[],
  indexes: Iterable<number>,
): readonly number[] {
  const found: number[] = [];
  for (const index of indexes) {
    const leaf = leaves[index]!;
    if ((leaf.flags & LEAF_IS_PLANNED) !== 0 || !isPlanned(leaf)) continue;
    leaf.flags |= LEAF_IS_PLANNED;
    found.push(index);
  }
  return found;
}

export function isSearched({ test }: LeafRecord): boolean {
  return test.literals.length > 0;
}

/** Literals are searched for in any case; other leaves are tested ahead of time if they wake rules. */
function isPlanned(leaf: LeafRecord): boolean {
  return (leaf.flags & LEAF_IS_LATE) === 0 && (isSearched(leaf) || leaf.wakes > 0);
}

function triggersOf({ chains }: ProgramTables) {
  const codes = new Set(chains.items.flat());
  return [...codes]
    .sort((a, b) => a - b)
    .flatMap((code) => TRANSFORMS_BY_CODE.get(code)?.triggers ?? []);
}

function wantedSets({ needs }: LeafGates) {
  return [...needs.values()].flatMap(({ sets, clauses }) => [
    ...sets,
    ...clauses.flatMap(({ bytes }) => bytes ?? []),
  ]);
}

export function atomsOf(
  leaf: LeafRecord,
  index: number,
  tests: readonly RegexTest[],
  gates: LeafGates,
): readonly Atom[] {
  if (!gates.waits(leaf, index, tests)) return [];
  return tests[leaf.operand]!.clauses.flatMap(({ literals }, clause) =>
    literals.map((text) => ({ leaf: index, clause, text })),
  );
}
