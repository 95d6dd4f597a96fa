import {
  LEAF_IS_CAPTURE,
  LEAF_IS_FIRST,
  LEAF_IS_LATE,
  LEAF_IS_MATCHED,
  LEAF_IS_SCORE,
  SELECTOR_IS_CAPTURE,
  SELECTOR_IS_SCORE,
} from '../config/layout.gen.ts';
import type { Leaf, Operator } from '../rules/model.ts';
import { toBytes } from './byte-text.ts';
import { isReference, resolveReference, type Scope } from './capture-references.ts';
import type { CompileFault, Report } from './compile-fault.ts';
import { compileTargets } from './compile-targets.ts';
import type { Selector } from './program-model.ts';
import type { ProgramTables } from './program-tables.ts';
import { scoreOf } from './score-reads.ts';

/** What a leaf looks at. */
export interface LeafInput {
  readonly selectors: readonly Selector[];
  /** LEAF_IS_…. */
  readonly flags: number;
  /** Leaves whose matched values it looks at. */
  readonly sources: readonly number[];
  /** Transforms that come before its own. */
  readonly before: readonly number[];
}

/** What the place of a leaf in its condition says about it. */
export interface LeafPlace {
  readonly pointer: string;
  /** Leaves before it whose matched values `on: "matched"` means; null when there are none. */
  readonly sources: readonly number[] | null;
  /** A later leaf looks at the values that this one matches. */
  readonly isSource: boolean;
  readonly scope: Scope;
}

const NOTHING: LeafInput = { selectors: [], flags: 0, sources: [], before: [] };
const LATE = LEAF_IS_LATE;
const NUMBER_OPERATORS: ReadonlySet<Operator> = new Set(['lt', 'lte', 'gt', 'gte', 'between']);

export function leafInput(
  leaf: Leaf,
  place: LeafPlace,
  tables: ProgramTables,
  report: Report,
): LeafInput {
  if (leaf.on === 'matched') return ofMatched(place, tables, report);
  const derived = leaf.target.findIndex((name) => isReference(name) || scoreOf(name) !== null);
  if (derived === -1) return ofRequest(leaf, place, tables, report);
  const written = leaf.target[derived]!;
  const pointer = `${place.pointer}/target/${derived}`;
  if (leaf.target.length > 1 || leaf.except !== undefined) {
    report(notAlone(written, pointer));
    return NOTHING;
  }
  return isReference(written)
    ? ofCapture(written, place, tables, pointer, report)
    : ofScore(scoreOf(written)!, leaf.op, place, report);
}

function ofRequest(leaf: Leaf, place: LeafPlace, tables: ProgramTables, report: Report): LeafInput {
  const { selectors, isChecked, isFirstOfAll } = compileTargets(
    leaf,
    place.pointer,
    tables,
    report,
  );
  const first = isFirstOfAll ? LATE | LEAF_IS_FIRST : 0;
  return { ...NOTHING, selectors, flags: first | isChecked };
}

function ofCapture(
  written: string,
  { scope }: LeafPlace,
  tables: ProgramTables,
  pointer: string,
  report: Report,
): LeafInput {
  const reference = resolveReference(written, scope, tables, (message) =>
    report({
      code: 'WAF_ERR_COMPILE_VALUE_INVALID',
      pointer,
      message,
      hint: 'Name a condition before this one with "as", and one of its groups.',
    }),
  );
  const selector = { kind: 0, name: String(reference), flags: SELECTOR_IS_CAPTURE };
  return { ...NOTHING, selectors: [selector], flags: LATE | LEAF_IS_CAPTURE };
}

function ofScore(
  category: string,
  op: Operator,
  { pointer }: LeafPlace,
  report: Report,
): LeafInput {
  if (!NUMBER_OPERATORS.has(op)) {
    report({
      code: 'WAF_ERR_COMPILE_VALUE_INVALID',
      pointer: `${pointer}/op`,
      message: `A score is a number, and ${op} does not compare numbers`,
      hint: `Use one of ${[...NUMBER_OPERATORS].join(', ')}.`,
    });
  }
  const selector = { kind: 0, name: toBytes(category), flags: SELECTOR_IS_SCORE };
  return { ...NOTHING, selectors: [selector], flags: LATE | LEAF_IS_SCORE };
}

/**
 * Values that leaves before this one matched. The matched value of a leaf that looks at a capture is
 * that capture, after the transforms of the leaf.
 */
function ofMatched({ pointer, sources }: LeafPlace, tables: ProgramTables, report: Report) {
  if (sources === null) report(nothingMatched(pointer));
  const captures = (sources ?? []).filter(
    (index) => (tables.leaves.at(index).flags & LEAF_IS_CAPTURE) !== 0,
  );
  if (captures.length === 0) {
    return { ...NOTHING, flags: LATE | LEAF_IS_MATCHED, sources: sources ?? [] };
  }
  const source = tables.leaves.at(captures[0]!);
  if (sources!.length > 1 || source.countMin === 0) report(matchedCapture(pointer));
  return {
    ...NOTHING,
    selectors: tables.targetSets.at(source.targetSet),
    flags: LATE | LEAF_IS_CAPTURE,
    before: tables.chains.at(source.chain),
  };
}

function notAlone(written: string, pointer: string): CompileFault {
  return {
    code: 'WAF_ERR_COMPILE_CONDITION_UNSUPPORTED',
    pointer,
    message: `${JSON.stringify(written)} is one value, and other targets stand beside it`,
    hint: 'Give it a condition of its own, in an "any".',
  };
}

function matchedCapture(pointer: string): CompileFault {
  return {
    code: 'WAF_ERR_COMPILE_CONDITION_UNSUPPORTED',
    pointer: `${pointer}/on`,
    message:
      'The conditions before this one look at a capture, and not only one does or it may not hold',
    hint: 'Name the capture as the target instead.',
  };
}

function nothingMatched(pointer: string): CompileFault {
  return {
    code: 'WAF_ERR_COMPILE_VALUE_INVALID',
    pointer: `${pointer}/on`,
    message: 'No condition before this one in an "all" matches values',
    hint: 'Put it behind the condition whose values it is about, in the same "all".',
  };
}
