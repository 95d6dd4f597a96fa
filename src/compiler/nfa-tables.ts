import * as L from '../config/layout.gen.ts';
import { isDispatched, itemsByClass } from './follow-dispatch.ts';
import { loopFollows } from './loop-follows.ts';
import type { PositionAutomaton } from './regex/compile-regex.ts';
import type { SectionWriter } from './section-writer.ts';

interface FollowRecord {
  readonly itemStart: number;
  readonly dispatch: number;
  readonly flags: number;
}

/** Collects the tables of position automata. All numbers in them count from their automaton's start. */
export class NfaTables {
  readonly positions: { readonly set: number; readonly follow: number }[] = [];
  readonly follows: FollowRecord[] = [];
  readonly sets: Uint8Array[] = [];
  readonly #items: number[] = [];
  readonly #dispatches: number[] = [];

  /**
   * Adds an automaton and returns its start: a follow list, or FOLLOW_MATCH. Lists with a match get no
   * record, because a run ends where it meets one.
   */
  add(nfa: PositionAutomaton, classes: number): number {
    const numbers: number[] = [];
    let kept = 0;
    for (const { match } of nfa.follows) numbers.push(match ? L.FOLLOW_MATCH : kept++);
    if (kept > L.MAX_FOLLOWS || nfa.positions.length > L.FOLLOW_MATCH) {
      throw new Error(`an automaton of ${nfa.positions.length} positions`);
    }
    for (const { set, follow } of nfa.positions) {
      this.positions.push({ set, follow: numbers[follow]! });
    }
    const loops = loopFollows(nfa, classes);
    nfa.follows.forEach((follow, index) => {
      if (follow.match) return;
      const flags =
        (follow.matchAtEnd ? L.FOLLOW_IS_MATCH_AT_END : 0) |
        (loops.has(index) ? L.FOLLOW_IS_LOOP : 0);
      this.#addFollow(nfa, follow.items, classes, flags);
    });
    this.sets.push(...nfa.sets);
    return numbers[nfa.start]!;
  }

  #addFollow(nfa: PositionAutomaton, items: Uint32Array, classes: number, flags: number): void {
    const itemStart = this.#items.length;
    if (!isDispatched(items)) {
      for (const item of items) this.#items.push(item);
      this.follows.push({ itemStart, dispatch: L.NONE, flags });
      return;
    }
    this.follows.push({ itemStart, dispatch: this.#dispatches.length, flags });
    let end = 0;
    this.#dispatches.push(end);
    for (const column of itemsByClass(nfa, items, classes)) {
      for (const item of column) this.#items.push(item);
      end += column.length;
      this.#dispatches.push(end);
    }
  }

  write(sections: SectionWriter): void {
    const { positions, follows, sets } = this;
    sections.records(L.SECTION_POSITIONS, positions.length, (view, at, i) => {
      view.setUint16(at + L.POSITION_SET_AT, positions[i]!.set, true);
      view.setUint16(at + L.POSITION_FOLLOW_AT, positions[i]!.follow, true);
    });
    sections.records(L.SECTION_FOLLOWS, follows.length, (view, at, i) => {
      const follow = follows[i];
      view.setUint32(at + L.FOLLOW_ITEM_START_AT, follow?.itemStart ?? this.#items.length, true);
      view.setUint32(at + L.FOLLOW_DISPATCH_AT, follow?.dispatch ?? L.NONE, true);
      view.setUint32(at + L.FOLLOW_FLAGS_AT, follow?.flags ?? 0, true);
    });
    sections.records(L.SECTION_FOLLOW_ITEMS, this.#items.length, (view, at, i) => {
      view.setUint16(at, this.#items[i]!, true);
    });
    sections.numbers(L.SECTION_DISPATCHES, this.#dispatches);
    sections.records(L.SECTION_NFA_SETS, sets.length, (view, at, i) => {
      for (let byte = 0; byte < 32; byte++) view.setUint8(at + byte, sets[i]![byte]!);
    });
  }
}
