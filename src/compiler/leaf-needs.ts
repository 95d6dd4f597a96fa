import {
  LEAF_IS_NEGATED,
  OP_BYTE_RANGE,
  OP_IS_SQLI,
  OP_IS_XSS,
  OP_VALID_URL_ENCODING,
  OP_VALID_UTF8,
} from '../config/layout.gen.ts';
import { chanceOfSet, chanceOfText } from './byte-frequency.ts';
import { type ByteSet, byteSet, complementOf } from './byte-set.ts';
import { SQLI_NEEDS, XSS_NEEDS } from './detector-needs.ts';
import type { LeafRecord } from './program-model.ts';
import type { Clause, CompiledRegex, Requirements } from './regex/compile-regex.ts';

/** What a value has to have, if it is to satisfy a leaf. */
export interface LeafNeeds {
  /** Of each set, some byte. */
  readonly sets: readonly ByteSet[];
  /** Of each clause, some literal or some byte. */
  readonly clauses: readonly Clause[];
}

const NOTHING: LeafNeeds = { sets: [], clauses: [] };
const PERCENT = byteSet([0x25]);
const HIGH = byteSet(Array.from({ length: 128 }, (_, i) => 128 + i));

/** More clauses keep few more values away and make the search report more. */
const MOST_CLAUSES = 3;
/** Clauses that most values satisfy are not worth looking for. */
const HIGHEST_CHANCE = 0.4;

export function needsOf({ op, flags, test }: LeafRecord): LeafNeeds {
  const isNegated = (flags & LEAF_IS_NEGATED) !== 0;
  if (!isNegated && test.operand.kind === 'regex') return needsOfRegex(test.operand.regex);
  if (!isNegated && op === OP_IS_SQLI) return { sets: SQLI_NEEDS, clauses: [] };
  if (!isNegated && op === OP_IS_XSS) return { sets: XSS_NEEDS, clauses: [] };
  if (!isNegated) return NOTHING;
  if (op === OP_VALID_URL_ENCODING) return { sets: [PERCENT], clauses: [] };
  if (op === OP_VALID_UTF8) return { sets: [HIGH], clauses: [] };
  if (op === OP_BYTE_RANGE && test.operand.kind === 'byte_set') {
    return { sets: [complementOf(byteSet(test.operand.bytes))], clauses: [] };
  }
  return NOTHING;
}

export function needsOfRegex({ requirements }: CompiledRegex): LeafNeeds {
  return { sets: requirements.byteSets, clauses: rarest(requirements.clauses) };
}

function rarest(clauses: Requirements['clauses']): readonly Clause[] {
  return clauses
    .map((clause) => ({ clause, chance: chanceOf(clause) }))
    .filter(({ chance }) => chance <= HIGHEST_CHANCE)
    .sort((a, b) => a.chance - b.chance)
    .slice(0, MOST_CLAUSES)
    .map(({ clause }) => clause);
}

function chanceOf({ literals, bytes }: Clause): number {
  const none = literals.reduce((chance, text) => chance * (1 - chanceOfText(text)), 1);
  return 1 - none * (bytes === null ? 1 : 1 - chanceOfSet(bytes));
}
