import { concat, EMPTY, type Node } from './syntax-tree.ts';

/**
 * A smaller tree that matches in the same texts: the search is unanchored and asks only whether there
 * is a match, so what may be absent at either end is left out, and what may be repeated there is
 * repeated as seldom as possible.
 */
export function trimEnds(node: Node): Node {
  return trim(trim(node, 'first'), 'last');
}

type End = 'first' | 'last';

function trim(node: Node, end: End): Node {
  switch (node.kind) {
    case 'capture':
      return trim(node.item, end);
    case 'repeat':
      if (node.min === 0) return EMPTY;
      return node.min === 1 ? trim(node.item, end) : { ...node, max: node.min };
    case 'alternatives': {
      const items = node.items.map((item) => trim(item, end));
      return items.some((item) => item.kind === 'empty') ? EMPTY : { ...node, items };
    }
    case 'concat':
      return trimSequence(node.items, end);
    default:
      return node;
  }
}

function trimSequence(items: readonly Node[], end: End): Node {
  const rest = [...items];
  while (rest.length > 0) {
    const at = end === 'first' ? 0 : rest.length - 1;
    const trimmed = trim(rest[at]!, end);
    if (trimmed.kind !== 'empty') {
      rest[at] = trimmed;
      break;
    }
    rest.splice(at, 1);
  }
  return concat(rest);
}
