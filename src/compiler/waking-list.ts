import type { CompiledRule } from './compile-rule.ts';
import { sameBeginning } from './same-beginning.ts';

/**
 * Which leaf wakes which rule, rule by rule, in flat arrays; kept from one program to the next for the
 * rules that stand where they stood.
 */
export class WakingList {
  #rules: readonly CompiledRule[] = [];
  /** Pair i: leaf i wakes the rule i; in the order of the rules. */
  #leaves = new Uint32Array(1024);
  #woken = new Uint32Array(1024);
  #length = 0;
  /** Rules that no leaf can wake, in order. */
  #always: number[] = [];
  #responseAlways: number[] = [];

  /** Rules of the last list that are looked at for every request. */
  get always(): readonly number[] {
    return this.#always;
  }

  /** Those that are looked at for every response. */
  get responseAlways(): readonly number[] {
    return this.#responseAlways;
  }

  /** The rules that each leaf wakes, leaf by leaf, and where those of a leaf start. */
  byLeaf(
    rules: readonly CompiledRule[],
    leaves: number,
  ): { readonly starts: Uint32Array; readonly woken: Uint32Array } {
    this.#update(rules);
    const starts = new Uint32Array(leaves + 1);
    for (let i = 0; i < this.#length; i++) starts[this.#leaves[i]! + 1]! += 1;
    for (let leaf = 0; leaf < leaves; leaf++) starts[leaf + 1]! += starts[leaf]!;
    const woken = new Uint32Array(this.#length);
    const next = starts.slice();
    for (let i = 0; i < this.#length; i++) woken[next[this.#leaves[i]!]!++] = this.#woken[i]!;
    return { starts, woken };
  }

  #update(rules: readonly CompiledRule[]): void {
    const from = sameBeginning(rules, this.#rules);
    while (this.#length > 0 && this.#woken[this.#length - 1]! >= from) this.#length -= 1;
    this.#always = this.#always.filter((rule) => rule < from);
    this.#responseAlways = this.#responseAlways.filter((rule) => rule < from);
    for (let rule = from; rule < rules.length; rule++) {
      const { wakers, isResponse } = rules[rule]!;
      if (wakers === null) (isResponse ? this.#responseAlways : this.#always).push(rule);
      else for (const leaf of wakers) this.#add(leaf, rule);
    }
    this.#rules = rules;
  }

  #add(leaf: number, rule: number): void {
    if (this.#length === this.#leaves.length) {
      this.#leaves = enlarged(this.#leaves);
      this.#woken = enlarged(this.#woken);
    }
    this.#leaves[this.#length] = leaf;
    this.#woken[this.#length] = rule;
    this.#length += 1;
  }
}

function enlarged(numbers: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * numbers.length);
  larger.set(numbers);
  return larger;
}
