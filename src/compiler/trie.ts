/** State 0, which stands for the empty text. As a link it also means "none". */
export const ROOT = 0;

/**
 * The trie of a set of texts with Aho-Corasick links, in flat arrays: a rule set can need hundreds of
 * thousands of states.
 */
export class Trie {
  readonly #label: Uint8Array;
  readonly #child: Uint32Array;
  readonly #sibling: Uint32Array;
  readonly #fail: Uint32Array;
  readonly #nextEnd: Uint32Array;
  readonly #literal: Int32Array;
  #states = 1;

  /** `texts` are in byte order, so that each shares its beginning with the one before. */
  constructor(texts: readonly string[], classes: Uint8Array) {
    const most = texts.reduce((sum, text) => sum + text.length, 1);
    this.#label = new Uint8Array(most);
    this.#child = new Uint32Array(most);
    this.#sibling = new Uint32Array(most);
    this.#fail = new Uint32Array(most);
    this.#nextEnd = new Uint32Array(most);
    this.#literal = new Int32Array(most).fill(-1);
    this.#insert(texts, classes);
  }

  label(state: number): number {
    return this.#label[state]!;
  }

  /** Children are linked in the order of their labels; 0 ends the list. */
  firstChild(state: number): number {
    return this.#child[state]!;
  }

  nextSibling(state: number): number {
    return this.#sibling[state]!;
  }

  /** The longest other text in the trie that this one ends with. */
  fail(state: number): number {
    return this.#fail[state]!;
  }

  /** Index of the text that ends here, -1 for none. */
  literal(state: number): number {
    return this.#literal[state]!;
  }

  /** The longest whole text that is a proper ending of this one; ROOT for none. */
  nextEnd(state: number): number {
    return this.#nextEnd[state]!;
  }

  /** True for a state with exactly one way on and nothing to report. */
  isPlain(state: number): boolean {
    const child = this.#child[state]!;
    if (state === ROOT || child === 0 || this.#sibling[child] !== 0) return false;
    return this.#literal[state] === -1 && this.#nextEnd[state] === ROOT;
  }

  #insert(texts: readonly string[], classes: Uint8Array): void {
    const path: number[] = [ROOT];
    let previous = '';
    texts.forEach((text, index) => {
      let depth = 0;
      while (depth < text.length && text[depth] === previous[depth]) depth += 1;
      // The child that the previous text has at this depth is the last one so far.
      let last = path[depth + 1] ?? 0;
      path.length = depth + 1;
      for (; depth < text.length; depth++) {
        const state = this.#states++;
        this.#label[state] = classes[text.charCodeAt(depth)]!;
        if (last === 0) this.#child[path[depth]!] = state;
        else this.#sibling[last] = state;
        path.push(state);
        last = 0;
      }
      this.#literal[path[text.length]!] = index;
      previous = text;
    });
  }

  /** Computes failure links and the endings behind them, breadth first. */
  link(classes: number): void {
    const root = new Uint32Array(classes);
    const queue = new Uint32Array(this.#states);
    let end = 0;
    for (let c = this.#child[ROOT]!; c !== 0; c = this.#sibling[c]!) {
      root[this.#label[c]!] = c;
      queue[end++] = c;
    }
    for (let at = 0; at < end; at++) {
      const state = queue[at]!;
      for (let c = this.#child[state]!; c !== 0; c = this.#sibling[c]!) {
        const fail = this.#step(this.#fail[state]!, this.#label[c]!, root);
        this.#fail[c] = fail;
        this.#nextEnd[c] = this.#literal[fail] === -1 ? this.#nextEnd[fail]! : fail;
        queue[end++] = c;
      }
    }
  }

  /** Where a label leads from a state or, failing that, from one of its endings. */
  #step(from: number, label: number, root: Uint32Array): number {
    for (let state = from; state !== ROOT; state = this.#fail[state]!) {
      for (let c = this.#child[state]!; c !== 0; c = this.#sibling[c]!) {
        if (this.#label[c] === label) return c;
      }
    }
    return root[label]!;
  }

  get states(): number {
    return this.#states;
  }

  /**
   * The states that texts are expected to lead to most often, at most `most`, by depth; the root comes
   * first. `frequencies`: of each label. With a state come its parent and its failure state: both stand
   * for shorter texts, which are no less likely.
   */
  likeliest(most: number, frequencies: Float64Array): Uint32Array {
    const order = this.#byDepth();
    if (order.length <= most) return order;
    const chances = new Float32Array(this.#states).fill(1);
    for (const state of order) {
      for (let c = this.#child[state]!; c !== 0; c = this.#sibling[c]!) {
        chances[c] = chances[state]! * frequencies[this.#label[c]!]!;
      }
    }
    const least = chances.slice().sort()[this.#states - most]!;
    const surely = order.filter((state) => chances[state]! > least);
    const likely = order.filter((state) => chances[state]! >= least);
    // Of equally likely states those nearer to the root: their number is what is left.
    let room = most - surely.length;
    return likely.filter((state) => chances[state]! > least || room-- > 0);
  }

  #byDepth(): Uint32Array {
    const order = new Uint32Array(this.#states);
    let end = 1;
    for (let at = 0; at < end; at++) {
      for (let c = this.#child[order[at]!]!; c !== 0; c = this.#sibling[c]!) order[end++] = c;
    }
    return order;
  }

  /** The states for which `isLeft` holds, a first child right behind its parent where both are left. */
  depthFirst(isLeft: (state: number) => boolean): number[] {
    const order: number[] = [];
    const stack: number[] = [ROOT];
    for (let state = stack.pop(); state !== undefined; state = stack.pop()) {
      if (isLeft(state)) order.push(state);
      const sibling = this.#sibling[state]!;
      if (sibling !== 0) stack.push(sibling);
      const child = this.#child[state]!;
      if (child !== 0) stack.push(child);
    }
    return order;
  }
}
