import { concat, EMPTY, type Node } from './syntax-tree.ts';

/** Bytes of a common beginning; a longer one is written as often as it occurs. */
const MAX_BEGINNING = 64;

/**
 * The tree with common beginnings of alternatives written once: `select|set` becomes `se(?:lect|t)`.
 * It matches the same texts; which alternative matched is lost.
 */
export function factorBeginnings(node: Node): Node {
  switch (node.kind) {
    case 'capture':
      return factorBeginnings(node.item);
    case 'repeat':
      return { ...node, item: factorBeginnings(node.item) };
    case 'concat':
      return concat(node.items.map(factorBeginnings));
    case 'alternatives':
      return factorAlternatives(node.items.map(factorBeginnings), MAX_BEGINNING);
    default:
      return node;
  }
}

function factorAlternatives(alternatives: readonly Node[], most: number): Node {
  const groups = new Map<Node, Node[]>();
  for (const alternative of alternatives) {
    const head = alternative.kind === 'concat' ? alternative.items[0]! : alternative;
    const group = groups.get(head);
    if (group === undefined) groups.set(head, [alternative]);
    else group.push(alternative);
  }
  if (groups.size === alternatives.length || most === 0)
    return { kind: 'alternatives', items: alternatives };
  const items = [...groups].map(([head, group]) => {
    if (group.length === 1 || head === EMPTY) return group[0]!;
    return concat([head, factorAlternatives(group.map(withoutFirst), most - 1)]);
  });
  return items.length === 1 ? items[0]! : { kind: 'alternatives', items };
}

/** Nodes of equal literal bytes are one object, so that heads can be compared by identity. */
function withoutFirst(node: Node): Node {
  return concat(node.kind === 'concat' ? node.items.slice(1) : []);
}
