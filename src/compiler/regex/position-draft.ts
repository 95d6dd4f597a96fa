import type { ByteSet } from './byte-set.ts';

/** A position of the automaton while it is being built: what it consumes and what may follow. */
export interface DraftPosition {
  set: number;
  follow: number;
  /** Consumes bytes in front of the match: nothing of the expression has begun. */
  idle: boolean;
}

export interface DraftFollow {
  /** Numbers of positions, ascending. */
  readonly items: readonly number[];
  readonly match: boolean;
  readonly matchAtEnd: boolean;
}

/** An automaton of positions. `start` and `DraftPosition.follow` are indexes of `follows`. */
export interface Draft {
  readonly sets: readonly ByteSet[];
  readonly positions: readonly DraftPosition[];
  readonly follows: DraftFollow[];
  readonly start: number;
}

/** Where a match is certain, nothing that follows matters. */
export const MATCHED: DraftFollow = { items: [], match: true, matchAtEnd: true };

/** Distinct follow lists, numbered in the order in which they are first seen. */
export class FollowTable {
  readonly items: DraftFollow[] = [];
  readonly #byKey = new Map<string, number>();

  add(follow: DraftFollow): number {
    const kept = follow.match ? MATCHED : follow;
    const key = kept.match ? 'm' : `${kept.matchAtEnd ? 'e' : ''}${kept.items.join()}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    this.#byKey.set(key, this.items.length);
    this.items.push(kept);
    return this.items.length - 1;
  }
}
