import * as L from '../config/layout.gen.ts';
import { isDispatched, itemsByClass } from './follow-dispatch.ts';
import { GrowingBytes } from './growing-bytes.ts';
import { loopFollows } from './loop-follows.ts';
import type { PositionAutomaton } from './regex/compile-regex.ts';
import type { SectionWriter } from './section-writer.ts';

/** Collects the tables of position automata. All numbers in them count from their automaton's start. */
export class NfaTables {
  readonly #positions = new GrowingBytes();
  readonly #follows = new GrowingBytes();
  readonly #sets = new GrowingBytes();
  readonly #items = new GrowingBytes();
  readonly #dispatches = new GrowingBytes();

  /** Records that there are. */
  get counts() {
    return {
      positions: this.#positions.length / L.POSITION_SIZE,
      follows: this.#follows.length / L.FOLLOW_SIZE,
      sets: this.#sets.length / L.BYTE_SET_SIZE,
    };
  }

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
      const at = this.#positions.grow(L.POSITION_SIZE);
      this.#positions.view.setUint16(at + L.POSITION_SET_AT, set, true);
      this.#positions.view.setUint16(at + L.POSITION_FOLLOW_AT, numbers[follow]!, true);
    }
    const loops = loopFollows(nfa, classes);
    nfa.follows.forEach((follow, index) => {
      if (follow.match) return;
      const flags =
        (follow.matchAtEnd ? L.FOLLOW_IS_MATCH_AT_END : 0) |
        (loops.has(index) ? L.FOLLOW_IS_LOOP : 0);
      this.#addFollow(nfa, follow.items, classes, flags);
    });
    for (const set of nfa.sets) this.#sets.append(Buffer.from(set).toString('latin1'));
    return numbers[nfa.start]!;
  }

  #addFollow(nfa: PositionAutomaton, items: Uint32Array, classes: number, flags: number): void {
    if (!isDispatched(items)) {
      this.#addRecord(L.NONE, flags);
      for (const item of items) this.#addItem(item);
      return;
    }
    this.#addRecord(this.#dispatches.length / 4, flags);
    let end = 0;
    this.#addDispatch(end);
    for (const column of itemsByClass(nfa, items, classes)) {
      for (const item of column) this.#addItem(item);
      end += column.length;
      this.#addDispatch(end);
    }
  }

  /** The record of a list whose items are added next. */
  #addRecord(dispatch: number, flags: number): number {
    const at = this.#follows.grow(L.FOLLOW_SIZE);
    this.#follows.view.setUint32(at + L.FOLLOW_ITEM_START_AT, this.#items.length / 2, true);
    this.#follows.view.setUint32(at + L.FOLLOW_DISPATCH_AT, dispatch, true);
    this.#follows.view.setUint32(at + L.FOLLOW_FLAGS_AT, flags, true);
    return at;
  }

  #addItem(item: number): void {
    const at = this.#items.grow(2);
    this.#items.view.setUint16(at, item, true);
  }

  #addDispatch(end: number): void {
    const at = this.#dispatches.grow(4);
    this.#dispatches.view.setUint32(at, end, true);
  }

  write(sections: SectionWriter): void {
    const { positions, follows, sets } = this.counts;
    const end = this.#addRecord(L.NONE, 0);
    sections.bytes(L.SECTION_FOLLOWS, this.#follows.copy(), follows);
    this.#follows.cut(end);
    sections.bytes(L.SECTION_POSITIONS, this.#positions.copy(), positions);
    sections.bytes(L.SECTION_NFA_SETS, this.#sets.copy(), sets);
    sections.bytes(L.SECTION_FOLLOW_ITEMS, this.#items.copy(), this.#items.length / 2);
    sections.bytes(L.SECTION_DISPATCHES, this.#dispatches.copy(), this.#dispatches.length / 4);
  }
}
