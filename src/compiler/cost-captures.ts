import * as L from '../config/layout.gen.ts';
import { FIELDS, RECORD, VIEWS } from './cost-request.ts';
import type { LeafRecord } from './program-model.ts';
import type { ProgramTables } from './program-tables.ts';
import type { Rate, Size } from './rate.ts';
import type { RegexTest } from './regex-gates.ts';
import { regexWeight } from './regex-weight.ts';

/** The references that a leaf looks at or compares with. */
export function referencesOf(leaf: LeafRecord, tables: ProgramTables): readonly number[] {
  const looked = tables.targetSets
    .at(leaf.targetSet)
    .filter(({ flags }) => (flags & L.SELECTOR_IS_CAPTURE) !== 0)
    .map(({ name }) => Number(name));
  if (leaf.op !== L.OP_COMPOSED) return looked;
  const parts = tables.templates.at(leaf.operand).parts.map(({ reference }) => reference);
  return [...looked, ...parts.filter((reference) => reference !== null)];
}

/** The leaves that bind what a leaf looks at. */
export function bindersOf(leaf: LeafRecord, tables: ProgramTables): readonly number[] {
  if ((leaf.flags & L.LEAF_IS_CAPTURE) === 0) return [];
  const [reference] = referencesOf(leaf, tables);
  return tables.references.at(reference!).binders.map((binder) => binder.leaf);
}

/**
 * Finding what the references of a leaf stand for, once: the value in the form in which the binding leaf
 * saw it, then the run that captures (assembly/match/regex/captures.ts).
 */
export function captureCost(
  leaf: LeafRecord,
  tables: ProgramTables,
  outputsOf: (leaf: LeafRecord) => { readonly rate: Rate; readonly size: Size },
): number {
  const ofReference = (reference: number): number =>
    tables.references.at(reference).binders.reduce((sum, { leaf: index, capture }) => {
      const binder = tables.leaves.at(index);
      const { rate, size } = outputsOf(binder);
      const form = rate.perByte * RECORD + rate.perValue;
      const bytes = size.factor * RECORD + size.extra;
      const steps = capture === null ? 0 : tables.captures.at(capture).instructions.length;
      const run = steps + (4 * steps + 3) * (bytes + 1);
      const within = (binder.flags & L.LEAF_IS_CAPTURE) === 0 ? [] : referencesOf(binder, tables);
      const nested = within.slice(0, 1).reduce((total, inner) => total + ofReference(inner), 0);
      return sum + 2 + L.MAX_SOURCE_HITS + form + run + nested;
    }, 0);
  const composing =
    leaf.op === L.OP_COMPOSED
      ? tables.templates.at(leaf.operand).parts.length + 2 * L.MAX_LITERAL_BYTES + 1
      : 0;
  const references = referencesOf(leaf, tables);
  return composing + references.reduce((sum, reference) => sum + ofReference(reference), 0);
}

/** Names can be JSON Pointers, which repeat the names around them. */
const NAME_BYTES = RECORD + FIELDS * (L.MAX_POINTER_BYTES + 2);

/** Running the patterns of names, each once per field. */
export function namePatternCost(tables: ProgramTables, tests: readonly RegexTest[]): number {
  const patterns = [...tables.namePatterns.values()].flatMap(({ items }) => items);
  return patterns.reduce(
    (sum, operand) => sum + 3 * VIEWS + regexWeight(tests[operand]!.regex) * NAME_BYTES,
    0,
  );
}
