/** A rule as a person would post it: the long form of `schemas/rule.json`, defaults left out. */
export interface WrittenRule {
  readonly id: string;
  readonly title?: string;
  readonly tags?: readonly string[];
  readonly severity?: 'critical' | 'error' | 'warning' | 'notice';
  readonly paranoia?: number;
  readonly priority?: number;
  readonly provenance: { readonly source: 'crs'; readonly ref: string };
  readonly when: WrittenCondition;
  readonly action: WrittenAction;
  readonly score?: Readonly<Record<string, number>>;
}

export type WrittenAction =
  | { readonly block: { readonly status?: number } }
  | { readonly allow: { readonly skip: 'all' | WrittenSkip } }
  | { readonly log: Readonly<Record<string, never>> }
  | { readonly score: Readonly<Record<string, never>> };

export interface WrittenSkip {
  readonly tags?: readonly string[];
  readonly ids?: readonly string[];
}

export type WrittenCondition =
  | { readonly all: readonly WrittenCondition[] }
  | { readonly any: readonly WrittenCondition[] }
  | { readonly not: WrittenCondition }
  | WrittenLeaf;

export interface WrittenLeaf {
  target?: string | readonly string[];
  except?: string | readonly string[];
  transforms?: readonly string[];
  op: string;
  value?: unknown;
  ignore_case?: boolean;
  quantifier?: 'none' | { readonly count: string };
  negate?: boolean;
  each_transform?: boolean;
  first?: boolean;
  on?: 'matched';
  as?: string;
}

/** One condition stands for itself. */
export function allOf(conditions: readonly WrittenCondition[]): WrittenCondition {
  const [only] = conditions;
  return conditions.length === 1 && only !== undefined ? only : { all: conditions };
}

export function anyOf(conditions: readonly WrittenCondition[]): WrittenCondition {
  const [only] = conditions;
  return conditions.length === 1 && only !== undefined ? only : { any: conditions };
}

export function oneOrMany(names: readonly string[]): string | readonly string[] {
  const [only] = names;
  return names.length === 1 && only !== undefined ? only : names;
}

export function leavesOf(condition: WrittenCondition): readonly WrittenLeaf[] {
  if ('op' in condition) return [condition];
  if ('not' in condition) return leavesOf(condition.not);
  return ('all' in condition ? condition.all : condition.any).flatMap(leavesOf);
}

/** True when `condition` is not. */
export function negated(condition: WrittenCondition): WrittenCondition {
  if ('not' in condition) return condition.not;
  if (!('op' in condition) || condition.on === 'matched') return { not: condition };
  const { quantifier, ...leaf } = condition;
  if (quantifier === undefined) return { ...leaf, quantifier: 'none' };
  return quantifier === 'none' ? leaf : { not: condition };
}
