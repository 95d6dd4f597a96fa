import type { ByteSet } from './byte-set.ts';

/**
 * The meaning of a regular expression. Sets are final: case folding is done. Nodes are shared and
 * never changed.
 */
export type Node =
  | { readonly kind: 'empty' }
  | { readonly kind: 'set'; readonly set: ByteSet }
  | { readonly kind: 'concat'; readonly items: readonly Node[] }
  | { readonly kind: 'alternatives'; readonly items: readonly Node[] }
  | RepeatNode
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'capture'; readonly index: number; readonly item: Node };

export interface RepeatNode {
  readonly kind: 'repeat';
  readonly item: Node;
  readonly min: number;
  /** `Infinity` for no upper end. */
  readonly max: number;
  readonly lazy: boolean;
}

export type Assertion = 'text-start' | 'text-end' | 'line-start' | 'line-end' | 'word' | 'not-word';

export const EMPTY: Node = { kind: 'empty' };

/** A sequence, with neighbours that are sequences or empty dissolved. */
export function concat(nodes: readonly Node[]): Node {
  const items: Node[] = [];
  for (const node of nodes) {
    if (node.kind === 'concat') items.push(...node.items);
    else if (node.kind !== 'empty') items.push(node);
  }
  if (items.length === 0) return EMPTY;
  return items.length === 1 ? items[0]! : { kind: 'concat', items };
}

/**
 * `item` repeated. What consumes nothing holds as often as it holds once, so that every copy of what
 * remains has a position.
 */
export function repeat(item: Node, quantifier: Omit<RepeatNode, 'kind' | 'item'>): Node {
  if (quantifier.max === 0) return EMPTY;
  if (!consumes(item)) return quantifier.min === 0 ? EMPTY : item;
  return { kind: 'repeat', item, ...quantifier };
}

function consumes(node: Node): boolean {
  switch (node.kind) {
    case 'set':
      return true;
    case 'empty':
    case 'assertion':
      return false;
    case 'capture':
    case 'repeat':
      return consumes(node.item);
    default:
      return node.items.some(consumes);
  }
}

/**
 * How many consuming positions and assertions an automaton of this tree has; stops counting
 * shortly above `most`.
 */
export function countPositions(node: Node, most: number): number {
  switch (node.kind) {
    case 'empty':
      return 0;
    case 'set':
    case 'assertion':
      return 1;
    case 'capture':
      return countPositions(node.item, most);
    case 'repeat': {
      const copies = node.max === Number.POSITIVE_INFINITY ? Math.max(1, node.min) : node.max;
      return copies * countPositions(node.item, most);
    }
    default: {
      let sum = 0;
      for (const item of node.items) {
        sum += countPositions(item, most);
        if (sum > most) break;
      }
      return sum;
    }
  }
}
