import {
  COMPARISON_CONTAINS,
  COMPARISON_ENDS_WITH,
  COMPARISON_EQUALS,
  COMPARISON_GT,
  COMPARISON_GTE,
  COMPARISON_LT,
  COMPARISON_LTE,
  COMPARISON_STARTS_WITH,
  LEAF_IS_NEGATED,
  OP_COMPOSED,
} from '../config/layout.gen.ts';
import type { Leaf, Operator } from '../rules/model.ts';
import { toBytes } from './byte-text.ts';
import type { Report } from './compile-fault.ts';
import type { Binder, LeafTest, TemplatePart } from './program-model.ts';
import type { ProgramTables } from './program-tables.ts';

/** Names that conditions before this one bind, and the leaves that do; several when it depends which. */
export interface Scope {
  readonly bound: ReadonlyMap<string, readonly number[]>;
  /** Some condition of the rule binds a name, so that `${…}` is not meant as text. */
  readonly isUsed: boolean;
}

const REFERENCE = /\$\{([A-Za-z_]\w*)\.(\d)\}/;

/** Operators whose value may have captures in it. */
const COMPARISONS: ReadonlyMap<Operator, number> = new Map([
  ['equals', COMPARISON_EQUALS],
  ['starts_with', COMPARISON_STARTS_WITH],
  ['ends_with', COMPARISON_ENDS_WITH],
  ['contains', COMPARISON_CONTAINS],
  ['lt', COMPARISON_LT],
  ['lte', COMPARISON_LTE],
  ['gt', COMPARISON_GT],
  ['gte', COMPARISON_GTE],
]);

/** True for a text that is a reference and nothing else: `${id.1}`. */
export function isReference(text: string): boolean {
  return REFERENCE.exec(text)?.[0] === text;
}

/** The index of what `${name.1}` refers to; null when that was reported. */
export function resolveReference(
  written: string,
  scope: Scope,
  tables: ProgramTables,
  report: (message: string) => void,
): number | null {
  const [, name = '', digit = ''] = REFERENCE.exec(written) ?? [];
  const leaves = scope.bound.get(name);
  if (leaves === undefined) {
    report(`No condition before this one in an "all" keeps captures as ${JSON.stringify(name)}`);
    return null;
  }
  const group = Number(digit);
  const binders = leaves.map((leaf) => binderOf(leaf, group, tables));
  const problem = binders.find((binder) => typeof binder === 'string');
  if (problem !== undefined) report(`${written}: ${problem}`);
  return problem === undefined ? tables.addReference(group, binders as readonly Binder[]) : null;
}

/** How a leaf gives the group, or why it cannot. */
function binderOf(index: number, group: number, tables: ProgramTables): Binder | string {
  const { test, flags } = tables.leaves.at(index);
  if ((flags & LEAF_IS_NEGATED) !== 0) return 'a negated condition captures nothing';
  if (test.operand.kind !== 'regex') {
    if (group > 0) return 'without a regular expression there is only group 0, the whole value';
    return { leaf: index, capture: null };
  }
  const groups = test.operand.regex.captureCount;
  if (group > groups) return `the regular expression has ${groups} groups`;
  const capture = tables.addCapture(test.operand);
  return capture === null
    ? 'the regular expression is too large to capture'
    : { leaf: index, capture };
}

/**
 * The test of a leaf whose value has captures in it; null for every other leaf, 'reported' when a
 * capture does not exist.
 */
export function composedTest(
  leaf: Leaf,
  scope: Scope,
  tables: ProgramTables,
  pointer: string,
  report: Report,
): LeafTest | null | 'reported' {
  const { op, value } = leaf;
  const comparison = COMPARISONS.get(op);
  if (comparison === undefined || typeof value !== 'string') return null;
  if (!scope.isUsed || !REFERENCE.test(value)) return null;
  const parts = partsOf(value, (written) =>
    resolveReference(written, scope, tables, (message) =>
      report({
        code: 'WAF_ERR_COMPILE_VALUE_INVALID',
        pointer: `${pointer}/value`,
        message,
        hint: 'Name a condition before this one with "as", and one of its groups.',
      }),
    ),
  );
  if (parts === null) return 'reported';
  const operand = { kind: 'composed', comparison, fold: leaf.ignore_case === true, parts } as const;
  return { op: OP_COMPOSED, operand, literals: [] };
}

/** Text and references by turns; null when a reference was reported. */
function partsOf(
  value: string,
  resolve: (written: string) => number | null,
): readonly TemplatePart[] | null {
  const pieces = value.split(/(\$\{[A-Za-z_]\w*\.\d\})/).filter((piece) => piece !== '');
  const parts: TemplatePart[] = [];
  for (const piece of pieces) {
    const reference = isReference(piece) ? resolve(piece) : null;
    if (reference === null && isReference(piece)) return null;
    parts.push({ text: reference === null ? toBytes(piece) : '', reference });
  }
  return parts;
}
