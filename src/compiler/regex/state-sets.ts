/** Sets of small numbers, numbered from `first` in the order in which they are first seen. */
export class StateSets {
  readonly #first: number;
  readonly #sets: (readonly number[])[] = [];
  readonly #byHash = new Map<number, number>();
  /** Next set with the same hash, -1 for none. */
  readonly #sameHash: number[] = [];
  readonly #scratch: number[] = [];

  constructor(first: number) {
    this.#first = first;
  }

  /** One more than the last number. */
  get end(): number {
    return this.#first + this.#sets.length;
  }

  members(number: number): readonly number[] {
    return this.#sets[number - this.#first]!;
  }

  /** The number of the set of `members`, which may come in any order and more than once. */
  add(members: readonly number[]): number {
    this.#scratch.length = 0;
    return this.#number(this.#merge(members));
  }

  addUnion(members: readonly number[], others: readonly number[]): number {
    this.#scratch.length = 0;
    this.#merge(members);
    return this.#number(this.#merge(others));
  }

  /** The number of a set, 0 if it has none. */
  find(members: readonly number[]): number {
    this.#scratch.length = 0;
    const set = this.#merge(members);
    const known = this.#lookUp(set, hashOf(set));
    return known === -1 ? 0 : known + this.#first;
  }

  /** Insertion sort without duplicates: the lists are short and nearly in order. */
  #merge(members: readonly number[]): readonly number[] {
    const set = this.#scratch;
    for (const member of members) {
      let at = set.length;
      while (at > 0 && set[at - 1]! > member) at -= 1;
      if (at > 0 && set[at - 1] === member) continue;
      set.push(member);
      for (let i = set.length - 1; i > at; i--) set[i] = set[i - 1]!;
      set[at] = member;
    }
    return set;
  }

  #number(set: readonly number[]): number {
    const hash = hashOf(set);
    const known = this.#lookUp(set, hash);
    if (known !== -1) return known + this.#first;
    this.#sameHash.push(this.#byHash.get(hash) ?? -1);
    this.#byHash.set(hash, this.#sets.length);
    this.#sets.push(set.slice());
    return this.end - 1;
  }

  #lookUp(set: readonly number[], hash: number): number {
    let index = this.#byHash.get(hash) ?? -1;
    while (index !== -1 && !equal(this.#sets[index]!, set)) index = this.#sameHash[index]!;
    return index;
  }
}

function hashOf(set: readonly number[]): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < set.length; i++) hash = Math.imul(hash ^ set[i]!, 0x01000193);
  return hash;
}

function equal(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
