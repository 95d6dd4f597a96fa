import { TRANSFORM_LOWERCASE } from '../config/layout.gen.ts';
import type { Operator } from '../rules/model.ts';
import { TRANSFORMS_BY_CODE } from './transform-codes.ts';

/** A chain as the engine runs it. */
export interface FoldedChain {
  readonly chain: readonly number[];
  /** `lowercase` was part of the chain and has to be made up for by the test. */
  readonly lowercased: boolean;
}

/** Operators that can be asked about the lower-cased form of a value without making it. */
const FOLDING: ReadonlySet<Operator> = new Set([
  'regex',
  'equals',
  'in',
  'contains',
  'phrases',
  'starts_with',
  'ends_with',
]);

/**
 * Leaves `lowercase` out of a chain where the test can do without it: then more chains are the same,
 * and most values are left as they are. That is the case when all transforms behind it give the same
 * result before it.
 */
export function foldCase(chain: readonly number[], op: Operator): FoldedChain {
  const at = chain.lastIndexOf(TRANSFORM_LOWERCASE);
  const commute = chain
    .slice(at + 1)
    .every((code) => TRANSFORMS_BY_CODE.get(code)?.commutesWithLowercase === true);
  if (at === -1 || !commute || !FOLDING.has(op)) return { chain, lowercased: false };
  return { chain: chain.filter((_, i) => i !== at), lowercased: true };
}
