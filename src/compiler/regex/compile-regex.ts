import { LIMITS } from '../../config/limits.ts';
import type { ByteText } from '../byte-text.ts';
import { buildDfa, type Dfa } from './build-dfa.ts';
import { buildPositions } from './build-positions.ts';
import { type ByteClasses, byteClasses, toClasses } from './byte-classes.ts';
import type { ByteSet } from './byte-set.ts';
import { factorBeginnings } from './factor-beginnings.ts';
import { type ParsedRegex, parseRegex, type RegexOptions } from './parse-regex.ts';
import type { Draft } from './position-draft.ts';
import { RegexFault } from './regex-fault.ts';
import { type Requirements, requirementsOf } from './requirements.ts';
import { simplifyPositions } from './simplify-positions.ts';
import { countPositions } from './syntax-tree.ts';
import { trimEnds } from './trim-ends.ts';

export type { Dfa } from './build-dfa.ts';
export type { RegexOptions } from './parse-regex.ts';
export type { Clause, Requirements } from './requirements.ts';

/** `offset` is a byte of the source. */
export type RegexResult =
  | { readonly ok: true; readonly regex: CompiledRegex }
  | {
      readonly ok: false;
      readonly offset: number;
      readonly message: string;
      readonly hint: string;
    };

/** What the engine executes: whether the expression matches anywhere in a text. */
export interface CompiledRegex {
  /** Bytes that no set tells apart are one class. */
  readonly classes: number;
  /** Byte → class, 256 of them. */
  readonly classMap: Uint8Array;
  readonly nfa: PositionAutomaton;
  /** Null where its table would be bigger than the limit. */
  readonly dfa: Dfa | null;
  readonly requirements: Requirements;
  readonly captureCount: number;
}

/**
 * Positions consume one byte each; `follows` say what may be consumed next. The search for the
 * beginning of a match is part of it.
 */
export interface PositionAutomaton {
  /** Distinct sets of classes, 256 bits each. */
  readonly sets: readonly Uint8Array[];
  readonly positions: readonly { readonly set: number; readonly follow: number }[];
  readonly follows: readonly Follow[];
  /** Index of the follow list of the start of the text. */
  readonly start: number;
}

export interface Follow {
  /** Positions, ascending. */
  readonly items: Uint32Array;
  /** The expression has matched, whatever follows. */
  readonly match: boolean;
  /** The expression has matched if the text ends here. */
  readonly matchAtEnd: boolean;
}

/** Compiles an expression over bytes. Deterministic, without side effects. */
export function compileRegex(source: ByteText, options: RegexOptions): RegexResult {
  try {
    return { ok: true, regex: compile(parseWithinLimits(source, options)) };
  } catch (fault) {
    if (!(fault instanceof RegexFault)) throw fault;
    const { offset, message, hint } = fault;
    return { ok: false, offset, message, hint };
  }
}

function parseWithinLimits(source: ByteText, options: RegexOptions): ParsedRegex {
  const { max_regex_length, max_regex_positions } = LIMITS.rule;
  if (source.length > max_regex_length) {
    throw new RegexFault(
      max_regex_length,
      `the expression is longer than ${max_regex_length} bytes`,
      'split it into several rules',
    );
  }
  const parsed = parseRegex(source, options);
  if (countPositions(parsed.tree, max_regex_positions) > max_regex_positions) {
    throw new RegexFault(
      0,
      `the expression has more than ${max_regex_positions} positions with its counts written out`,
      'use smaller counts, or * and + where the count does not matter',
    );
  }
  return parsed;
}

function compile({ tree, captureCount }: ParsedRegex): CompiledRegex {
  const trimmed = factorBeginnings(trimEnds(tree));
  const draft = simplifyPositions(buildPositions(trimmed));
  const sets = setsInUse(draft);
  const classes = byteClasses(sets);
  return {
    classes: classes.count,
    classMap: classes.map,
    nfa: positionAutomaton(draft, sets, classes),
    dfa: buildDfa(draft, classes, LIMITS.rule.max_dfa_cells),
    requirements: requirementsOf(trimmed),
    captureCount,
  };
}

/** The sets of the positions, in the order of the positions. */
function setsInUse(draft: Draft): readonly ByteSet[] {
  return [...new Set(draft.positions.map(({ set }) => draft.sets[set]!))];
}

function positionAutomaton(
  draft: Draft,
  sets: readonly ByteSet[],
  classes: ByteClasses,
): PositionAutomaton {
  const numbers = new Map(sets.map((set, i) => [set, i]));
  return {
    sets: sets.map((set) => toClasses(set, classes)),
    positions: draft.positions.map(({ set, follow }) => ({
      set: numbers.get(draft.sets[set]!)!,
      follow,
    })),
    follows: draft.follows.map((follow) => ({ ...follow, items: Uint32Array.from(follow.items) })),
    start: draft.start,
  };
}
