import { NONE } from '../config/layout.gen.ts';
import { frequencyOf } from './byte-frequency.ts';
import { ROOT, Trie } from './trie.ts';

/**
 * The Aho-Corasick automaton as the engine reads it; drawn in assembly/match/automaton.ts. The states
 * near the root have dense rows. The others are compact: numbered depth first, so that the only
 * successor of a state stands right behind it; such a state costs five bytes, all others are nodes.
 */
export interface Automaton {
  /** Byte → class; capitals share the class of their small letter; 0: in no literal. */
  readonly classes: Uint8Array;
  /** Rows of one number per class. */
  readonly dense: Uint32Array;
  /** Per compact state: the class of its only edge, or 0 for a node. */
  readonly steps: Uint8Array;
  /** Per compact state: where to go when the step does not fit; for a node, its record. */
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

/** Room for dense rows: more gain little, and push other tables out of the processor's cache. */
export const DENSE_BYTES = 256 * 1024;
const ENDS_LITERAL = 0x8000_0000;

/** `literals` are folded, different, not empty and in byte order. */
export function buildAutomaton(literals: readonly string[], denseBytes = DENSE_BYTES): Automaton {
  const { classes, count } = classify(literals);
  const trie = new Trie(literals, classes);
  trie.link(count);
  const rows = Math.max(1, Math.floor(denseBytes / (4 * count)));
  const dense = trie.likeliest(rows, frequenciesOf(classes, count));
  return { classes, ...new Numbering(trie, count, dense).write() };
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

/** How often the bytes of each class occur, at most 1. */
function frequenciesOf(classes: Uint8Array, count: number): Float64Array {
  const frequencies = new Float64Array(count);
  for (let byte = 0; byte < 256; byte++) frequencies[classes[byte]!]! += frequencyOf(byte);
  return frequencies.map((frequency) => Math.min(1, frequency));
}

/** Gives trie states the numbers by which the engine knows them, and writes the tables. */
class Numbering {
  readonly #trie: Trie;
  readonly #classes: number;
  /** Trie states with a dense row, parents before children. */
  readonly #dense: Uint32Array;
  readonly #compact: readonly number[];
  /** Trie state → number. */
  readonly #numbers: Uint32Array;
  /** Trie state → index of its node. */
  readonly #records = new Map<number, number>();

  constructor(trie: Trie, classes: number, dense: Uint32Array) {
    this.#trie = trie;
    this.#classes = classes;
    this.#dense = dense;
    const isDense = new Uint8Array(trie.states);
    for (const state of this.#dense) isDense[state] = 1;
    this.#compact = trie.depthFirst((state) => isDense[state] === 0);
    this.#numbers = new Uint32Array(trie.states);
    this.#dense.forEach((state, i) => {
      this.#numbers[state] = i * classes * 4;
    });
    const firstCompact = this.#dense.length * classes * 4;
    this.#compact.forEach((state, i) => {
      this.#numbers[state] = firstCompact + i;
    });
  }

  write(): Omit<Automaton, 'classes'> {
    const steps = new Uint8Array(this.#compact.length);
    const links = new Uint32Array(this.#compact.length);
    const members: number[] = [];
    const addNode = (state: number) => {
      this.#records.set(state, members.length);
      return members.push(state) - 1;
    };
    for (const state of this.#dense) if (this.#endsLiteral(state)) addNode(state);
    this.#compact.forEach((state, i) => {
      const isPlain = this.#trie.isPlain(state);
      if (isPlain) steps[i] = this.#trie.label(this.#trie.firstChild(state));
      links[i] = isPlain ? this.#numbers[this.#trie.fail(state)]! : addNode(state);
    });
    return { steps, links, dense: this.#rows(), nodes: members.map((state) => this.#node(state)) };
  }

  #endsLiteral(state: number): boolean {
    return this.#trie.literal(state) !== -1 || this.#trie.nextEnd(state) !== ROOT;
  }

  /** A row is that of the failure state, which comes earlier, but for the state's own edges. */
  #rows(): Uint32Array {
    const width = this.#classes;
    const cells = new Uint32Array(this.#dense.length * width);
    this.#dense.forEach((state, i) => {
      const row = i * width;
      if (state !== ROOT) {
        const fail = this.#numbers[this.#trie.fail(state)]! / 4;
        cells.copyWithin(row, fail, fail + width);
      }
      cells[row] = this.#records.get(state) ?? NONE;
      for (let c = this.#trie.firstChild(state); c !== 0; c = this.#trie.nextSibling(c)) {
        const mark = this.#endsLiteral(c) ? ENDS_LITERAL : 0;
        cells[row + this.#trie.label(c)] = (this.#numbers[c]! | mark) >>> 0;
      }
    });
    return cells;
  }

  /** The edges of a dense state are in its row. */
  #node(state: number): AutomatonNode {
    const trie = this.#trie;
    const edges: number[] = [];
    const isDense = this.#numbers[state]! < this.#dense.length * this.#classes * 4;
    for (let c = isDense ? 0 : trie.firstChild(state); c !== 0; c = trie.nextSibling(c)) {
      edges.push(((trie.label(c) << 24) | this.#numbers[c]!) >>> 0);
    }
    const more = trie.nextEnd(state);
    return {
      fail: this.#numbers[trie.fail(state)]!,
      edges,
      literal: trie.literal(state),
      more: more === ROOT ? NONE : this.#records.get(more)!,
    };
  }
}
