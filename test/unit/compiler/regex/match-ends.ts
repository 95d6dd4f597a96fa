import { hasByte } from '../../../../src/compiler/regex/byte-set.ts';
import type { Assertion, Node } from '../../../../src/compiler/regex/syntax-tree.ts';

/** A match begins at byte `start`; `end` is the byte behind it. */
export interface Match {
  readonly start: number;
  readonly end: number;
}

/** For every byte at which a match of the tree begins, the shortest one that begins there. */
export function shortestMatches(tree: Node, text: string): readonly Match[] {
  const search = new MatchSearch(text);
  const matches: Match[] = [];
  for (let start = 0; start <= text.length; start++) {
    const ends = search.ends(tree, start);
    if (ends.size > 0) matches.push({ start, end: Math.min(...ends) });
  }
  return matches;
}

/** Slow and obvious: the ends of every part from every byte, found once. */
class MatchSearch {
  readonly #text: string;
  readonly #known = new Map<Node, Map<number, ReadonlySet<number>>>();

  constructor(text: string) {
    this.#text = text;
  }

  ends(node: Node, from: number): ReadonlySet<number> {
    const known = this.#known.get(node) ?? new Map<number, ReadonlySet<number>>();
    this.#known.set(node, known);
    const ends = known.get(from) ?? this.#find(node, from);
    known.set(from, ends);
    return ends;
  }

  #find(node: Node, from: number): ReadonlySet<number> {
    switch (node.kind) {
      case 'empty':
        return new Set([from]);
      case 'set': {
        const isIn = from < this.#text.length && hasByte(node.set, this.#text.charCodeAt(from));
        return new Set(isIn ? [from + 1] : []);
      }
      case 'assertion':
        return new Set(this.#holds(node.assertion, from) ? [from] : []);
      case 'capture':
        return this.ends(node.item, from);
      case 'alternatives':
        return new Set(node.items.flatMap((item) => [...this.ends(item, from)]));
      case 'concat':
        return node.items.reduce<ReadonlySet<number>>(
          (ends, item) => this.#after(ends, item),
          new Set([from]),
        );
      case 'repeat':
        return this.#repeated(node.item, node.min, node.max, from);
    }
  }

  #after(froms: ReadonlySet<number>, item: Node): ReadonlySet<number> {
    return new Set([...froms].flatMap((from) => [...this.ends(item, from)]));
  }

  #repeated(item: Node, min: number, max: number, from: number): ReadonlySet<number> {
    let ends: ReadonlySet<number> = new Set([from]);
    for (let i = 0; i < min; i++) ends = this.#after(ends, item);
    const all = new Set(ends);
    for (let i = min; i < max && ends.size > 0; i++) {
      ends = new Set([...this.#after(ends, item)].filter((end) => !all.has(end)));
      for (const end of ends) all.add(end);
    }
    return all;
  }

  #holds(assertion: Assertion, at: number): boolean {
    const text = this.#text;
    const isWord = (i: number): boolean => /\w/.test(text.charAt(i));
    switch (assertion) {
      case 'text-start':
        return at === 0;
      case 'text-end':
        return at === text.length;
      case 'word':
        return isWord(at - 1) !== isWord(at);
      case 'not-word':
        return isWord(at - 1) === isWord(at);
      case 'line-start':
        return at === 0 || (text[at - 1] === '\n' && at < text.length);
      case 'line-end':
        return at === text.length || text[at] === '\n';
    }
  }
}
