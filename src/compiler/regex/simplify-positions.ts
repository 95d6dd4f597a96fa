import { addSet, emptySet, isEmptySet, isFullSet, isSubset } from './byte-set.ts';
import { type Draft, type DraftFollow, FollowTable, MATCHED } from './position-draft.ts';

/**
 * Merging shortens the ways to the match from their ends. Equal endings of alternatives are shared
 * from the beginning (`StateGraph`), so few rounds find nearly all that is left.
 */
const MAX_ROUNDS = 4;

/**
 * The same automaton without what changes no verdict, numbered breadth first from the start. The
 * draft is used up.
 */
export function simplifyPositions(draft: Draft): Draft {
  matchEarly(draft);
  dropDead(draft);
  let simple = draft;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const merged = mergeEndings(simple);
    if (merged === null) break;
    simple = merged;
  }
  return renumber(simple);
}

/**
 * Declares a match where it is certain already: at the end of the text, and any byte leads to such a
 * place again.
 */
function matchEarly({ sets, positions, follows }: Draft): void {
  const certain = follows.map((follow) => follow.match || follow.matchAtEnd);
  const covers = (follow: DraftFollow): boolean => {
    const covered = emptySet();
    for (const p of follow.items) {
      const position = positions[p]!;
      if (certain[position.follow]!) addSet(covered, sets[position.set]!);
    }
    return isFullSet(covered);
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (let f = 0; f < follows.length; f++) {
      if (!certain[f] || follows[f]!.match || covers(follows[f]!)) continue;
      certain[f] = false;
      changed = true;
    }
  }
  for (let f = 0; f < follows.length; f++) if (certain[f]) follows[f] = MATCHED;
}

/** Leaves out what no match can come from, and what a neighbour's certain match makes superfluous. */
function dropDead(draft: Draft): void {
  const { sets, positions, follows } = draft;
  const alive = aliveFollows(draft);
  const matches = (p: number): boolean => follows[positions[p]!.follow]!.match;
  follows.forEach((follow, f) => {
    if (follow.match) return;
    const matched = emptySet();
    for (const p of follow.items) if (matches(p)) addSet(matched, sets[positions[p]!.set]!);
    const isNeeded = (p: number): boolean => {
      const set = sets[positions[p]!.set]!;
      if (!alive[positions[p]!.follow] || isEmptySet(set)) return false;
      return matches(p) || !isSubset(set, matched);
    };
    if (!follow.items.every(isNeeded))
      follows[f] = { ...follow, items: follow.items.filter(isNeeded) };
  });
}

/** Which follow lists a match can come from. */
function aliveFollows({ sets, positions, follows }: Draft): readonly boolean[] {
  const alive = follows.map((follow) => follow.match || follow.matchAtEnd);
  const lives = (p: number): boolean => {
    const { set, follow } = positions[p]!;
    return alive[follow]! && !isEmptySet(sets[set]!);
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (let f = follows.length - 1; f >= 0; f--) {
      if (alive[f] || !follows[f]!.items.some(lives)) continue;
      alive[f] = true;
      changed = true;
    }
  }
  return alive;
}

/** Positions that consume the same and go on the same way become one; null if there are none. */
function mergeEndings(draft: Draft): Draft | null {
  const { positions, follows } = draft;
  const first = new Map<number, number>();
  const into = new Uint32Array(positions.length);
  positions.forEach((position, p) => {
    const key = position.follow * 65536 + position.set;
    const known = first.get(key);
    if (known === undefined) first.set(key, p);
    else positions[known]!.idle ||= position.idle;
    into[p] = known ?? p;
  });
  if (first.size === positions.length) return null;
  const table = new FollowTable();
  const moved = follows.map((follow) => table.add(redirected(follow, into)));
  for (const position of positions) position.follow = moved[position.follow]!;
  return { ...draft, follows: table.items, start: moved[draft.start]! };
}

function redirected(follow: DraftFollow, into: Uint32Array): DraftFollow {
  if (follow.items.every((p) => into[p] === p)) return follow;
  const items = [...new Set(follow.items.map((p) => into[p]!))].sort((a, b) => a - b);
  return { ...follow, items };
}

/** Positions and follow lists in the order in which they are reached; the rest is left out. */
function renumber(draft: Draft): Draft {
  const { positions, follows } = draft;
  const positionNumber = new Int32Array(positions.length).fill(-1);
  const followNumber = new Int32Array(follows.length).fill(-1);
  const reachedPositions: number[] = [];
  const reachedFollows = [draft.start];
  followNumber[draft.start] = 0;
  // The list grows while it is walked.
  for (const f of reachedFollows) {
    for (const p of follows[f]!.items) {
      if (positionNumber[p] !== -1) continue;
      positionNumber[p] = reachedPositions.length;
      reachedPositions.push(p);
      const next = positions[p]!.follow;
      if (followNumber[next] !== -1) continue;
      followNumber[next] = reachedFollows.length;
      reachedFollows.push(next);
    }
  }
  return {
    sets: draft.sets,
    positions: reachedPositions.map((p) => {
      const { set, follow, idle } = positions[p]!;
      return { set, follow: followNumber[follow]!, idle };
    }),
    follows: reachedFollows.map((f) => {
      const { items, match, matchAtEnd } = follows[f]!;
      const moved = items.map((p) => positionNumber[p]!).sort((a, b) => a - b);
      return { items: moved, match, matchAtEnd };
    }),
    start: 0,
  };
}
