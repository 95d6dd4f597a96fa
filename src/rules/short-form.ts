import type { Fault } from './fault.ts';
import { FIELD_SPELLINGS, fieldTarget } from './field.ts';
import { pointerStep } from './json-pointer.ts';
import type { Condition, Leaf } from './model.ts';
import { suggestion } from './suggest.ts';

/** SecBeat's own rule form, as far as it differs from the long one; shape-checked. */
export interface ShortForm {
  readonly field: string;
  readonly pattern: string;
  readonly max_length?: number;
  readonly requires?: Readonly<Record<string, string>>;
}

export interface ExpandedShortForm {
  readonly when: Condition;
  /** Where each leaf came from, in order: pointers into the short form. */
  readonly sources: readonly { readonly target: string; readonly value: string }[];
  readonly faults: readonly Fault[];
}

/**
 * Writes a short-form rule as conditions: the pattern on the field, `max_length` as a length on the same
 * field, and every entry of `requires`, all of which must hold.
 */
export function expandShortForm(rule: ShortForm): ExpandedShortForm {
  const leaves: Leaf[] = [];
  const sources: { target: string; value: string }[] = [];
  const faults: Fault[] = [];
  const add = (field: string, target: string, value: string, test: LeafTest) => {
    const found = fieldTarget(field);
    if (found === undefined) faults.push(unknownField(target, field));
    leaves.push({
      target: [found?.target ?? field],
      ...test,
      ...(found?.first === true ? { first: true } : {}),
    });
    sources.push({ target, value });
  };
  add(rule.field, '/field', '/pattern', patternTest(rule.pattern));
  if (rule.max_length !== undefined) {
    leaves.push({ ...lengthLeaf(leaves[0]!, rule.max_length) });
    sources.push({ target: '/field', value: '/max_length' });
  }
  for (const [field, pattern] of Object.entries(rule.requires ?? {})) {
    const pointer = `/requires${pointerStep(field)}`;
    add(field, pointer, pointer, patternTest(pattern));
  }
  return { when: leaves.length === 1 ? leaves[0]! : { all: leaves }, sources, faults };
}

type LeafTest = Pick<Leaf, 'op' | 'value' | 'ignore_case'>;

/**
 * The meaning of a pattern, tested in this order:
 *
 *   ^…$          the whole value, case-sensitive
 *   ^…           the beginning, case-sensitive
 *   …$           the end, case-sensitive
 *   contains *   glob over the whole value, any case
 *   else         somewhere in the value, any case
 *
 * There is no escape and no regular expression: `^/a*` is the beginning `/a*`, star included.
 */
export function patternTest(pattern: string): LeafTest {
  const start = pattern.startsWith('^');
  const end = pattern.endsWith('$');
  if (start && end) return { op: 'equals', value: pattern.slice(1, -1) };
  if (start) return { op: 'starts_with', value: pattern.slice(1) };
  if (end) return { op: 'ends_with', value: pattern.slice(0, -1) };
  const op = pattern.includes('*') ? 'glob' : 'contains';
  return { op, value: pattern, ignore_case: true };
}

function lengthLeaf(leaf: Leaf, max: number): Leaf {
  return {
    target: leaf.target,
    op: 'length',
    value: { lte: max },
    ...(leaf.first === true ? { first: true } : {}),
  };
}

function unknownField(pointer: string, field: string): Fault {
  return {
    code: 'WAF_ERR_RULE_FIELD_UNKNOWN',
    pointer,
    message: `${JSON.stringify(field)} is not a field`,
    hint: suggestion(field, FIELD_SPELLINGS),
    ...(pointer === '/field' ? {} : { at: 'key' }),
  };
}
