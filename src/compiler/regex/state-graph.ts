import { ANY } from './named-sets.ts';
import { SetTable } from './set-table.ts';
import type { Assertion, Node } from './syntax-tree.ts';

/** What a state of the graph does before it goes on. */
export type GraphState =
  | { readonly kind: 'consume'; readonly set: number; readonly next: number }
  | { readonly kind: 'assert'; readonly assertion: Assertion; readonly next: number }
  | { readonly kind: 'fork'; readonly outs: readonly number[] }
  | { readonly kind: 'accept' };

export const ACCEPT = 0;

/** State that consumes any byte in front of the match. */
export const IDLE = 2;

/**
 * The expression as states with empty moves, built from its end: a state is known by what it does
 * and where it goes on, so that equal endings of alternatives are the same states.
 */
export class StateGraph {
  readonly states: GraphState[] = [{ kind: 'accept' }];
  readonly sets = new SetTable();
  /** Kinds of assertions in use. */
  readonly assertions = new Set<Assertion>();
  /** The unanchored search: any bytes, then the expression. */
  readonly start = 1;
  readonly #consumers = new Map<number, number>();

  constructor(tree: Node) {
    this.states.push({ kind: 'fork', outs: [] });
    this.#consume(this.sets.add(ANY), this.start);
    const entry = this.#build(tree, ACCEPT);
    this.states[this.start] = { kind: 'fork', outs: [IDLE, entry] };
  }

  /** The state at which a text matches `node` and then whatever leads on from `next`. */
  #build(node: Node, next: number): number {
    switch (node.kind) {
      case 'empty':
        return next;
      case 'set':
        return this.#consume(this.sets.add(node.set), next);
      case 'assertion':
        this.assertions.add(node.assertion);
        return this.#push({ kind: 'assert', assertion: node.assertion, next });
      case 'capture':
        return this.#build(node.item, next);
      case 'concat':
        return node.items.reduceRight((on, item) => this.#build(item, on), next);
      case 'alternatives':
        return this.#fork(node.items.map((item) => this.#build(item, next)));
      case 'repeat':
        return this.#buildRepeat(node.item, node.min, node.max, next);
    }
  }

  #buildRepeat(item: Node, min: number, max: number, next: number): number {
    let entry = next;
    if (max === Number.POSITIVE_INFINITY) {
      const loop = this.#push({ kind: 'fork', outs: [] });
      this.states[loop] = { kind: 'fork', outs: [this.#build(item, loop), next] };
      entry = loop;
    } else {
      for (let i = min; i < max; i++) entry = this.#fork([this.#build(item, entry), next]);
    }
    for (let i = 0; i < min; i++) entry = this.#build(item, entry);
    return entry;
  }

  #consume(set: number, next: number): number {
    const key = next * 65536 + set;
    const known = this.#consumers.get(key);
    if (known !== undefined) return known;
    const state = this.#push({ kind: 'consume', set, next });
    this.#consumers.set(key, state);
    return state;
  }

  #fork(outs: readonly number[]): number {
    const distinct = [...new Set(outs)];
    return distinct.length === 1 ? distinct[0]! : this.#push({ kind: 'fork', outs: distinct });
  }

  #push(state: GraphState): number {
    this.states.push(state);
    return this.states.length - 1;
  }
}
