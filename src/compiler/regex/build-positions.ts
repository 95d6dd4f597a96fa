import { addSet, emptySet, intersection, intersects, isSubset } from './byte-set.ts';
import { type Draft, type DraftPosition, FollowTable } from './position-draft.ts';
import { RegexFault } from './regex-fault.ts';
import { ACCEPT, type GraphState, IDLE, StateGraph } from './state-graph.ts';
import { AT_END, AT_START, looksBack, Surroundings } from './surroundings.ts';
import type { Node } from './syntax-tree.ts';

/**
 * Moves that may be made while follow lists are collected. Their number can grow with the square of
 * the positions, e.g. of `(?:a?b?c?…)*`.
 */
const MAX_MOVES = 2_000_000;

/**
 * The positions of a tree (Glushkov), unanchored, without empty moves and assertions. A position
 * whose surroundings matter to an assertion is there once per category of bytes.
 */
export function buildPositions(tree: Node): Draft {
  return new PositionBuilder(tree).build();
}

class PositionBuilder {
  readonly #graph: StateGraph;
  readonly #around: Surroundings;
  readonly #follows = new FollowTable();
  readonly #positions: DraftPosition[] = [];
  /** Graph state behind each position, and the category of what the position consumed. */
  readonly #next: number[] = [];
  readonly #previous: number[] = [];
  readonly #numbers = new Map<number, number>();
  readonly #known = new Map<number, number>();
  readonly #masks = new Map<number, number>();
  readonly #narrowed = new Map<number, number>();
  readonly #dependsOnPrevious: Uint8Array;
  /** Masks with which the states have been reached by the search under way. */
  readonly #reached: Uint8Array;
  #moves = 0;

  constructor(tree: Node) {
    this.#graph = new StateGraph(tree);
    this.#around = new Surroundings(this.#graph.assertions);
    this.#reached = new Uint8Array(this.#graph.states.length);
    this.#dependsOnPrevious = statesThatLookBack(this.#graph);
  }

  build(): Draft {
    const start = this.#followOf(this.#graph.start, AT_START);
    for (let p = 0; p < this.#positions.length; p++) {
      this.#positions[p]!.follow = this.#followOf(this.#next[p]!, this.#previous[p]!);
    }
    const sets = this.#graph.sets.items;
    return { sets, positions: this.#positions, follows: this.#follows.items, start };
  }

  #followOf(state: number, previous: number): number {
    const key = state * 4 + previous;
    let follow = this.#known.get(key);
    if (follow === undefined) {
      follow = this.#collect(state, previous);
      this.#known.set(key, follow);
    }
    return follow;
  }

  /** Makes all empty moves from `state`, with the mask of what may come next. */
  #collect(state: number, previous: number): number {
    const { states } = this.#graph;
    const { all } = this.#around;
    const touched: number[] = [];
    const stack = [state, all];
    while (stack.length > 0) {
      const mask = stack.pop()!;
      const at = stack.pop()!;
      const before = this.#reached[at]!;
      if ((mask & ~before) === 0) continue;
      if (before === 0) touched.push(at);
      this.#reached[at] = before | mask;
      const s = states[at]!;
      if (s.kind === 'fork') for (const out of s.outs) stack.push(out, mask);
      else if (s.kind === 'assert') {
        stack.push(s.next, mask & this.#around.allowedNext(s.assertion, previous));
      }
    }
    this.#charge(touched.length);
    return this.#keep(touched, all);
  }

  #keep(touched: readonly number[], all: number): number {
    const { states } = this.#graph;
    const accepted = this.#reached[ACCEPT]!;
    const items: number[] = [];
    for (const at of touched) {
      const s = states[at]!;
      if (s.kind === 'consume' && accepted !== all) this.#addItems(items, at, this.#reached[at]!);
    }
    // A match that depends on the byte behind it consumes that byte.
    const deciding = accepted & ~AT_END;
    if (deciding !== 0 && accepted !== all) items.push(this.#position(ACCEPT, deciding, AT_START));
    for (const at of touched) this.#reached[at] = 0;
    const match = accepted === all;
    items.sort((a, b) => a - b);
    return this.#follows.add({ items, match, matchAtEnd: (accepted & AT_END) !== 0 });
  }

  /** The positions of a consuming state for bytes of the categories in `mask`. */
  #addItems(items: number[], state: number, mask: number): void {
    const s = this.#graph.states[state]!;
    if (s.kind !== 'consume') return;
    const { categories } = this.#around;
    const set = this.#graph.sets.items[s.set]!;
    const split = this.#dependsOnPrevious[s.next] === 1 && categories.length > 1;
    let present = 0;
    for (let c = 0; c < categories.length; c++) {
      if ((mask & (1 << c)) === 0 || !intersects(set, categories[c]!)) continue;
      if (split) items.push(this.#position(state, 1 << c, c));
      else present |= 1 << c;
    }
    if (present !== 0) items.push(this.#position(state, present, 0));
  }

  #position(state: number, mask: number, previous: number): number {
    const key = state * 8 + mask;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const s = this.#graph.states[state]!;
    const p = this.#positions.length;
    this.#numbers.set(key, p);
    const set = s.kind === 'consume' ? this.#narrow(s.set, mask) : this.#bytes(mask);
    this.#positions.push({ set, follow: 0, idle: state === IDLE });
    this.#next.push(s.kind === 'consume' ? s.next : ACCEPT);
    this.#previous.push(s.kind === 'consume' ? previous : 0);
    return p;
  }

  #narrow(set: number, mask: number): number {
    const key = set * 8 + mask;
    let narrowed = this.#narrowed.get(key);
    if (narrowed === undefined) {
      const { sets } = this.#graph;
      const bytes = sets.items[this.#bytes(mask)]!;
      const all = sets.items[set]!;
      narrowed = isSubset(all, bytes) ? set : sets.add(intersection(all, bytes));
      this.#narrowed.set(key, narrowed);
    }
    return narrowed;
  }

  /** The bytes of the categories in `mask`. */
  #bytes(mask: number): number {
    let index = this.#masks.get(mask);
    if (index === undefined) {
      const bytes = emptySet();
      this.#around.categories.forEach((category, c) => {
        if ((mask & (1 << c)) !== 0) addSet(bytes, category);
      });
      index = this.#graph.sets.add(bytes);
      this.#masks.set(mask, index);
    }
    return index;
  }

  #charge(moves: number): void {
    this.#moves += moves;
    if (this.#moves <= MAX_MOVES) return;
    throw new RegexFault(
      0,
      'the parts of the expression can follow each other in too many ways',
      'use fewer optional parts in a row, or split the expression',
    );
  }
}

/** The states from which an assertion that looks back can be reached without consuming. */
function statesThatLookBack({ states }: StateGraph): Uint8Array {
  const found = new Uint8Array(states.length);
  const reaches = (state: GraphState): boolean => {
    if (state.kind === 'fork') return state.outs.some((out) => found[out] === 1);
    return state.kind === 'assert' && (looksBack(state.assertion) || found[state.next] === 1);
  };
  // States lead to earlier ones, except for loops: few rounds settle it.
  for (let changed = true; changed; ) {
    changed = false;
    states.forEach((state, s) => {
      if (found[s] === 1 || !reaches(state)) return;
      found[s] = 1;
      changed = true;
    });
  }
  return found;
}
