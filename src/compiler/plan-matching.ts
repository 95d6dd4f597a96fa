import { LEAF_IS_MATCHED, LEAF_IS_PLANNED } from '../config/layout.gen.ts';
import { type Atom, indexLiterals } from './literal-index.ts';
import { makePlans } from './plans.ts';
import { ProfileBits } from './profile-bits.ts';
import type { LeafRecord } from './program-model.ts';
import type { ProgramTables } from './program-tables.ts';
import { type Gate, LeafGates, type RegexTest, regexTest } from './regex-gates.ts';
import { TRANSFORMS_BY_CODE } from './transform-codes.ts';
import type { ProgramParts } from './write-program.ts';

/** Lays down how values come to the leaves that have to see them. Triggers are known by now. */
export function planMatching(
  tables: ProgramTables,
): Pick<ProgramParts, 'plans' | 'bits' | 'gates' | 'regexTests' | 'literals'> {
  const leaves = tables.leaves.items;
  const planned = new Set([...leaves.keys()].filter((index) => isPlanned(leaves[index]!)));
  for (const index of planned) leaves[index]!.flags |= LEAF_IS_PLANNED;
  const listed = [...planned].filter((index) => leaves[index]!.test.literals.length === 0);
  const leafGates = new LeafGates(leaves, new Set(listed));
  const bits = new ProfileBits(triggersOf(tables), wantedSets(leafGates));
  const regexTests = tables.regexes.items.map(({ regex }) => regexTest(regex, bits));
  const plans = makePlans(tables, (leaf, index) => leafGates.gateOf(leaf, index));
  const gates = new Map<number, Gate>();
  for (const index of listed) {
    gates.set(index, leafGates.gate(leaves[index]!, index, regexTests, bits));
  }
  const atoms = listed.flatMap((index) => atomsOf(leaves[index]!, index, regexTests, leafGates));
  return { plans, bits, gates, regexTests, literals: indexLiterals(leaves, atoms) };
}

/** Literals are searched for in any case; other leaves are tested ahead of time if they wake rules. */
function isPlanned({ test, triggers, flags }: LeafRecord): boolean {
  return (flags & LEAF_IS_MATCHED) === 0 && (test.literals.length > 0 || triggers.length > 0);
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

function atomsOf(
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
