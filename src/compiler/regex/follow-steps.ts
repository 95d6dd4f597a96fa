import { type ByteClasses, toClasses } from './byte-classes.ts';
import { bytesOf } from './byte-set.ts';
import { DEAD, MATCH } from './minimise-dfa.ts';
import type { Draft } from './position-draft.ts';
import type { StateSets } from './state-sets.ts';

/** Where a follow list leads: for each class the follow lists that are live then. */
interface Step {
  readonly targets: readonly (readonly number[])[];
  /** The state of `targets`, alone; -1 until it is asked for. */
  readonly states: Int32Array;
  /** 1 for each class that completes a match. */
  readonly matched: Uint8Array;
  /** For each class the last one before it with the same targets; -1 for none. */
  readonly twins: Int32Array;
  /** Classes with targets or matches. */
  readonly classes: readonly number[];
  /** Size of all targets. */
  readonly weight: number;
}

/**
 * Rows of the table of states. Nearly every state holds the list of the unanchored search, so the
 * heaviest list of a state is its base: for the classes that no other list looks at, the base's
 * successor is known.
 */
export class FollowSteps {
  readonly #draft: Draft;
  readonly #count: number;
  readonly #states: StateSets;
  readonly #classLists: (readonly number[])[] = [];
  readonly #steps: (Step | undefined)[] = [];
  readonly #more: number[][];

  constructor(draft: Draft, classes: ByteClasses, states: StateSets) {
    this.#draft = draft;
    this.#count = classes.count;
    this.#states = states;
    for (const { set } of draft.positions) {
      this.#classLists[set] ??= bytesOf(toClasses(draft.sets[set]!, classes));
    }
    this.#more = Array.from({ length: classes.count }, () => []);
  }

  /** Appends the row of the state of `members`: a state per class, then the end of the text. */
  appendRow(members: readonly number[], cells: number[]): void {
    const { follows } = this.#draft;
    if (members.some((f) => follows[f]!.match)) {
      for (let c = 0; c <= this.#count; c++) cells.push(MATCH);
      return;
    }
    const base = this.#heaviest(members);
    const row = cells.length;
    for (let c = 0; c < this.#count; c++) cells.push(base.matched[c]!);
    this.#gather(members, base, cells, row);
    for (let c = 0; c < this.#count; c++) {
      if (cells[row + c] !== MATCH) cells[row + c] = this.#successor(base, c, cells, row);
    }
    for (const more of this.#more) more.length = 0;
    cells.push(members.some((f) => follows[f]!.matchAtEnd) ? MATCH : DEAD);
  }

  /** Notes what the other members add to the base. */
  #gather(members: readonly number[], base: Step, cells: number[], row: number): void {
    for (const f of members) {
      const step = this.#step(f);
      if (step === base) continue;
      for (const c of step.classes) {
        if (step.matched[c] === 1) cells[row + c] = MATCH;
        else for (const target of step.targets[c]!) this.#more[c]!.push(target);
      }
    }
  }

  /** Most classes do what an earlier class of the row does: then its successor is known. */
  #successor(base: Step, c: number, cells: readonly number[], row: number): number {
    const more = this.#more[c]!;
    if (more.length === 0) return this.#stateOf(base, c);
    for (let twin = base.twins[c]!; twin !== -1; twin = base.twins[twin]!) {
      if (cells[row + twin] !== MATCH && sameList(this.#more[twin]!, more))
        return cells[row + twin]!;
    }
    return this.#states.addUnion(base.targets[c]!, more);
  }

  #heaviest(members: readonly number[]): Step {
    let best = this.#step(members[0]!);
    for (const f of members) {
      const step = this.#step(f);
      if (step.weight > best.weight) best = step;
    }
    return best;
  }

  #stateOf(step: Step, c: number): number {
    let state = step.states[c]!;
    if (state === -1) {
      const targets = step.targets[c]!;
      state = targets.length === 0 ? DEAD : this.#states.add(targets);
      step.states[c] = state;
    }
    return state;
  }

  #step(f: number): Step {
    this.#steps[f] ??= this.#makeStep(f);
    return this.#steps[f];
  }

  #makeStep(f: number): Step {
    const { positions, follows } = this.#draft;
    const targets: number[][] = Array.from({ length: this.#count }, () => []);
    const matched = new Uint8Array(this.#count);
    const classes = new Set<number>();
    let weight = 0;
    for (const p of follows[f]!.items) {
      const { set, follow } = positions[p]!;
      for (const c of this.#classLists[set]!) {
        classes.add(c);
        if (follows[follow]!.match) matched[c] = 1;
        else targets[c]!.push(follow);
        weight += 1;
      }
    }
    const states = new Int32Array(this.#count).fill(-1);
    return { targets, states, matched, twins: twinsOf(targets), classes: [...classes], weight };
  }
}

function twinsOf(targets: readonly (readonly number[])[]): Int32Array {
  const last = new Map<string, number>();
  return Int32Array.from(targets, (list, c) => {
    const key = list.join();
    const twin = last.get(key) ?? -1;
    last.set(key, c);
    return twin;
  });
}

function sameList(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
