import {
  COUNT_UNBOUNDED,
  LEAF_IS_CAPTURE,
  LEAF_IS_FIRST,
  LEAF_IS_LATE,
  LEAF_IS_NEGATED,
  LEAF_IS_SCORE,
  LEAF_IS_SOURCE,
  QUANTIFIER_ALL,
  QUANTIFIER_COUNT,
} from '../config/layout.gen.ts';
import type { Leaf, Quantifier } from '../rules/model.ts';
import { composedTest } from './capture-references.ts';
import type { CompileFault, Report } from './compile-fault.ts';
import { type BadRegex, compileOperator } from './compile-operator.ts';
import { foldCase } from './fold-case.ts';
import { type LeafPlace, leafInput } from './leaf-input.ts';
import type { ProgramTables } from './program-tables.ts';
import { SUPPORTED_OPERATORS, SUPPORTED_TRANSFORMS, TRANSFORM_CODES } from './supported.ts';
import type { TunedLeaf } from './tuning/tuned-rule.ts';

interface Count {
  readonly quantifier: number;
  readonly countMin: number;
  readonly countMax: number;
}

/** Adds a leaf to the tables and returns its index; null when something in it was reported. */
export function compileLeaf(
  leaf: TunedLeaf,
  place: LeafPlace,
  tables: ProgramTables,
  report: Report,
): number | null {
  const { pointer } = place;
  let faults = 0;
  const note: Report = (fault) => {
    faults += 1;
    report(fault);
  };
  const input = leafInput(leaf, place, tables, note);
  const written = compileChain(leaf, pointer, note);
  const count = compileQuantifier(leaf.quantifier ?? 'any');
  if (count === null) note(badQuantifier(leaf.quantifier, pointer));
  const isNegated = leaf.negate === true;
  const isLate = leaf.late === true || (input.flags & LEAF_IS_LATE) !== 0;
  const composed = composedTest(leaf, place.scope, tables, pointer, note);
  if (composed === 'reported') return null;
  // What other leaves read of this one has the form that is written.
  const isRead = place.isSource || leaf.as !== undefined;
  const { chain, lowercased } =
    isRead || composed !== null ? unfolded(written) : foldCase(written, leaf.op);
  const test = composed ?? compileOperator(leaf, { lowercased, alone: isLate || isNegated });
  if (test === null) note(unsupportedOperator(leaf, pointer));
  else if ('expected' in test) note(badValue(leaf, test.expected, pointer));
  else if ('offset' in test) note(badRegex(test, pointer));
  if (faults > 0 || count === null || test === null || !('op' in test)) return null;
  const flags =
    (isNegated ? LEAF_IS_NEGATED : 0) |
    input.flags |
    (composed === null && leaf.late !== true ? 0 : LEAF_IS_LATE) |
    (place.isSource || (leaf.as !== undefined && leaf.on === 'matched') ? LEAF_IS_SOURCE : 0);
  const isSingle = (input.flags & (LEAF_IS_CAPTURE | LEAF_IS_SCORE | LEAF_IS_FIRST)) !== 0;
  return tables.addLeaf({
    selectors: input.selectors,
    chain: [...input.before, ...chain],
    test,
    flags,
    sources: input.sources,
    ...count,
    // Of one value, all is any.
    ...(isSingle ? { quantifier: QUANTIFIER_COUNT } : {}),
  });
}

function badRegex({ offset, message, hint }: BadRegex, pointer: string): CompileFault {
  return {
    code: 'WAF_ERR_COMPILE_REGEX_INVALID',
    pointer: `${pointer}/value`,
    message: `${message}, at offset ${offset}`,
    hint,
  };
}

function unfolded(chain: readonly number[]) {
  return { chain, lowercased: false };
}

function compileChain(leaf: Leaf, pointer: string, report: Report): readonly number[] {
  return (leaf.transforms ?? []).map((name, i) => {
    const code = TRANSFORM_CODES.get(name);
    if (code === undefined) {
      report({
        code: 'WAF_ERR_COMPILE_TRANSFORM_UNSUPPORTED',
        pointer: `${pointer}/transforms/${i}`,
        message: `The engine does not serve the transform ${JSON.stringify(name)}`,
        hint: `Use ${SUPPORTED_TRANSFORMS.join(', ')}.`,
      });
    }
    return code ?? 0;
  });
}

/** `any` is at least one value, `none` exactly none, `{count: ">=3"}` a range; null when unreadable. */
function compileQuantifier(quantifier: Quantifier): Count | null {
  const count = (countMin: number, countMax: number): Count => ({
    quantifier: QUANTIFIER_COUNT,
    countMin,
    countMax: Math.min(countMax, COUNT_UNBOUNDED),
  });
  if (quantifier === 'any') return count(1, COUNT_UNBOUNDED);
  if (quantifier === 'none') return count(0, 0);
  if (quantifier === 'all') return { ...count(1, COUNT_UNBOUNDED), quantifier: QUANTIFIER_ALL };
  const [, comparison = '', digits] =
    /^\s*(>=|<=|==|=|>|<)?\s*(\d{1,4})\s*$/.exec(quantifier.count) ?? [];
  if (digits === undefined) return null;
  const n = Number(digits);
  if (comparison === '>=') return count(n, COUNT_UNBOUNDED);
  if (comparison === '>') return count(n + 1, COUNT_UNBOUNDED);
  if (comparison === '<=') return count(0, n);
  if (comparison !== '<') return count(n, n);
  return n === 0 ? null : count(0, n - 1);
}

function badQuantifier(quantifier: unknown, pointer: string): CompileFault {
  return {
    code: 'WAF_ERR_COMPILE_VALUE_INVALID',
    pointer: `${pointer}/quantifier`,
    message: `${JSON.stringify(quantifier)} is not a quantifier`,
    hint: 'Use "any", "all", "none" or a count such as {"count": ">=3"}.',
  };
}

function unsupportedOperator(leaf: Leaf, pointer: string): CompileFault {
  return {
    code: 'WAF_ERR_COMPILE_OPERATOR_UNSUPPORTED',
    pointer: `${pointer}/op`,
    message: `The engine does not serve the operator ${JSON.stringify(leaf.op)}`,
    hint: `Use ${SUPPORTED_OPERATORS.join(', ')}.`,
  };
}

function badValue(leaf: Leaf, expected: string, pointer: string): CompileFault {
  return {
    code: 'WAF_ERR_COMPILE_VALUE_INVALID',
    pointer: `${pointer}/value`,
    message: `The value of ${JSON.stringify(leaf.op)} has to be ${expected}`,
    hint: 'Correct the value.',
  };
}
