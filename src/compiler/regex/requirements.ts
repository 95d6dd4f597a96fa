import type { ByteText } from '../byte-text.ts';
import { requiredClauses } from './required-clauses.ts';
import { requiredSets } from './required-sets.ts';
import type { Node } from './syntax-tree.ts';

/**
 * What every text with a match has. A text that lacks any of it need not be searched; one that has it
 * all may still hold no match.
 */
export interface Requirements {
  /** Bytes that the shortest match has. */
  readonly minLength: number;
  /** Sets of bytes (256 bits each); the text holds at least one byte of each. The rarest first. */
  readonly byteSets: readonly Uint8Array[];
  /** The text satisfies each clause. The rarest first. */
  readonly clauses: readonly Clause[];
}

/** The text holds one of the literals, whatever its case, or one of the bytes. */
export interface Clause {
  /** In lower case, 2 to 8 bytes each. */
  readonly literals: readonly ByteText[];
  readonly bytes: Uint8Array | null;
  /**
   * No match begins more than so many bytes before the end of the literal that it holds: for every
   * match [s, e) a literal ends at some t with s < t <= e and t - s <= reach. `Infinity` without such
   * a bound, and wherever `bytes` is not null. A match is one of the expression with its ends trimmed,
   * which is what the automata find.
   */
  readonly reach: number;
}

const MAX_BYTE_SETS = 8;

/** Saturates here, so that it fits 32 bits. */
const MAX_LENGTH = 0x7fffffff;

export function requirementsOf(tree: Node): Requirements {
  return {
    minLength: Math.min(MAX_LENGTH, shortest(tree)),
    byteSets: requiredSets(tree)
      .slice(0, MAX_BYTE_SETS)
      .map(({ set }) => set),
    clauses: requiredClauses(tree).map(({ literals, bytes, reach }) => ({
      literals,
      bytes,
      reach,
    })),
  };
}

function shortest(node: Node): number {
  switch (node.kind) {
    case 'set':
      return 1;
    case 'capture':
      return shortest(node.item);
    case 'repeat':
      return node.min * shortest(node.item);
    case 'concat':
      return node.items.reduce((sum, item) => sum + shortest(item), 0);
    case 'alternatives':
      return Math.min(...node.items.map(shortest));
    default:
      return 0;
  }
}
