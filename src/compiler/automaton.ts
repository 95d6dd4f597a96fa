import { NONE } from '../config/layout.gen.ts';
import { ROOT, Trie } from './trie.ts';

/**
 * The Aho-Corasick automaton as the engine reads it. States are numbered depth first, so that the only
 * successor of a state stands right behind it; such a state costs five bytes. All others are nodes.
 */
export interface Automaton {
  /** Byte → class; capitals share the class of their small letter; 0: in no literal. */
  readonly classes: Uint8Array;
  /** Class → state behind the root, 0 for none. */
  readonly root: Uint32Array;
  /** Per state: the class of its only edge, or 0 for a node. */
  readonly steps: Uint8Array;
  /** Per state: where to go when the step does not fit; for a node, its record. */
  readonly links: Uint32Array;
  readonly nodes: readonly AutomatonNode[];
}

export interface AutomatonNode {
  readonly fail: number;
  /** Sorted by class; packed as `class << 24 | state`. */
  readonly edges: readonly number[];
  /** Index of the literal that ends here, -1 for none. */
  readonly literal: number;
  /** The next node on the way of failure links at which a literal ends, or NONE. */
  readonly more: number;
}

/** `literals` are folded, different, not empty and in byte order. */
export function buildAutomaton(literals: readonly string[]): Automaton {
  const { classes, count } = classify(literals);
  const trie = new Trie(literals, classes);
  trie.link(count);
  const order = trie.depthFirst();
  const numbers = new Uint32Array(order.length);
  for (let i = 0; i < order.length; i++) numbers[order[i]!] = i;
  return { classes, ...number(trie, order, numbers, count) };
}

function classify(literals: readonly string[]): { classes: Uint8Array; count: number } {
  const used = new Uint8Array(256);
  for (const literal of literals) {
    for (let i = 0; i < literal.length; i++) used[literal.charCodeAt(i)] = 1;
  }
  const classes = new Uint8Array(256);
  let count = 1;
  for (let byte = 0; byte < 256; byte++) if (used[byte] === 1) classes[byte] = count++;
  for (let byte = 0x41; byte <= 0x5a; byte++) classes[byte] = classes[byte | 0x20]!;
  return { classes, count };
}

function number(trie: Trie, order: Uint32Array, numbers: Uint32Array, classes: number) {
  const steps = new Uint8Array(order.length);
  const links = new Uint32Array(order.length);
  const root = new Uint32Array(classes);
  const records = new Map<number, number>();
  const members: number[] = [];
  for (let state = 0; state < order.length; state++) {
    const at = order[state]!;
    if (trie.isPlain(at)) {
      steps[state] = trie.label(trie.firstChild(at));
      links[state] = numbers[trie.fail(at)]!;
    } else {
      links[state] = members.length;
      records.set(at, members.length);
      members.push(at);
    }
  }
  for (let c = trie.firstChild(ROOT); c !== 0; c = trie.nextSibling(c)) {
    root[trie.label(c)] = numbers[c]!;
  }
  const nodes = members.map((at) => toNode(trie, at, numbers, records));
  return { root, steps, links, nodes };
}

/** The root's edges are in the dense table. */
function toNode(
  trie: Trie,
  at: number,
  numbers: Uint32Array,
  records: ReadonlyMap<number, number>,
): AutomatonNode {
  const edges: number[] = [];
  if (at !== ROOT) {
    for (let c = trie.firstChild(at); c !== 0; c = trie.nextSibling(c)) {
      edges.push(((trie.label(c) << 24) | numbers[c]!) >>> 0);
    }
  }
  const more = trie.nextEnd(at);
  return {
    fail: numbers[trie.fail(at)]!,
    edges,
    literal: trie.literal(at),
    more: more === ROOT ? NONE : records.get(more)!,
  };
}
