import type { ByteText } from './byte-text.ts';
import type { CompiledRegex } from './regex/compile-regex.ts';

/** The rule program before it becomes bytes: records refer to each other by index. */

/** Which values of a request are meant; flags are SELECTOR_IS_…. */
export interface Selector {
  /** 0 for a capture and a score, which are no values of the request. */
  readonly kind: number;
  /** A name; a pattern of names; the number of a reference; a category of scores. */
  readonly name: ByteText;
  readonly flags: number;
}

/** A text whose occurrence concerns a leaf; flags are REF_IS_…. */
export interface Literal {
  readonly text: ByteText;
  readonly flags: number;
  /** The whole value must be this text: looked up by hash instead of being searched. */
  readonly whole: boolean;
}

/** A leaf without its operand's index: what makes two leaves the same leaf. */
export interface LeafTest {
  readonly op: number;
  readonly operand: Operand;
  /** For literal operators: the texts to look for. */
  readonly literals: readonly Literal[];
}

export type Operand =
  | { readonly kind: 'none' }
  | { readonly kind: 'pattern'; readonly parts: readonly PatternPart[]; readonly fold: boolean }
  | RegexOperand
  | {
      readonly kind: 'composed';
      /** COMPARISON_…. */
      readonly comparison: number;
      readonly fold: boolean;
      readonly parts: readonly TemplatePart[];
    }
  | { readonly kind: 'bound'; readonly min: bigint; readonly max: bigint }
  | { readonly kind: 'byte_set'; readonly bytes: readonly number[] }
  | { readonly kind: 'ip_set'; readonly ranges: IpRanges };

export interface RegexOperand {
  readonly kind: 'regex';
  /** Equal for equal expressions. */
  readonly key: string;
  readonly source: ByteText;
  readonly ignoreCase: boolean;
  readonly regex: CompiledRegex;
}

/** Text, or the number of a reference that gives the text. */
export interface TemplatePart {
  readonly text: ByteText;
  readonly reference: number | null;
}

/** Group of what the first of some leaves captured that a value satisfied. */
export interface Reference {
  readonly group: number;
  readonly binders: readonly Binder[];
}

/** A leaf, and the expression that captures; null: the whole value is group 0. */
export interface Binder {
  readonly leaf: number;
  readonly capture: number | null;
}

/** A text of a pattern; flags are PART_IS_…. */
export interface PatternPart {
  readonly text: ByteText;
  readonly flags: number;
}

/** Sorted, merged ranges; both ends belong to the range. */
export interface IpRanges {
  readonly v4: readonly (readonly [first: number, last: number])[];
  readonly v6: readonly (readonly [first: bigint, last: bigint])[];
}

export interface LeafRecord {
  readonly op: number;
  readonly quantifier: number;
  readonly countMin: number;
  readonly countMax: number;
  readonly targetSet: number;
  readonly chain: number;
  /** LEAF_IS_…; whether a plan lists the leaf is known once all rules are. */
  flags: number;
  /** Leaves whose matched values this one looks at. */
  readonly sources: readonly number[];
  /** Index into the table that belongs to the operator. */
  readonly operand: number;
  readonly test: LeafTest;
  /** How many rules become candidates when a value satisfies the leaf. */
  wakes: number;
}

export interface BranchRecord {
  readonly leaf: number;
  /** Index of a later branch of the rule, BRANCH_ACCEPT or BRANCH_REJECT. */
  readonly onTrue: number;
  readonly onFalse: number;
}

/** Rules that follow each other, by number; both ends belong to the range. */
export type RuleRange = readonly [first: number, last: number];

export interface CategoryRecord {
  readonly name: ByteText;
  readonly threshold: number;
}
