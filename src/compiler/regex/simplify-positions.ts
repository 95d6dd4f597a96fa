import { addSet, emptySet, isEmptySet, isFullSet, isSubset } from './byte-set.ts';
import { type Draft, type DraftFollow, type DraftPosition, FollowTable } from './position-draft.ts';

/** The same automaton without what changes no verdict, numbered breadth first from the start. */
export function simplifyPositions(draft: Draft): Draft {
  let simple = renumber(dropDead(matchEarly(draft)));
  for (;;) {
    const merged = renumber(mergeEndings(mergeBeginnings(simple)));
    if (merged.positions.length === simple.positions.length) return merged;
    simple = merged;
  }
}

/**
 * Declares a match where it is certain already: at the end of the text, and any byte leads to such a
 * place again.
 */
function matchEarly(draft: Draft): Draft {
  const { sets, positions, follows } = draft;
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
  return rebuilt(draft, (follow, f) => (certain[f] ? { ...follow, match: true } : follow));
}

/** Leaves out what no match can come from, and what a neighbour's certain match makes superfluous. */
function dropDead(draft: Draft): Draft {
  const { sets, positions, follows } = draft;
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
  return rebuilt(draft, (follow) => {
    const matched = emptySet();
    for (const p of follow.items) {
      if (follows[positions[p]!.follow]!.match) addSet(matched, sets[positions[p]!.set]!);
    }
    const isNeeded = (p: number): boolean =>
      lives(p) &&
      (follows[positions[p]!.follow]!.match || !isSubset(sets[positions[p]!.set]!, matched));
    return { ...follow, items: follow.items.filter(isNeeded) };
  });
}

/** Positions that consume the same and go on the same way are one. */
function mergeEndings(draft: Draft): Draft {
  const { sets, positions } = draft;
  const first = new Map<number, number>();
  const into = positions.map(({ set, follow }, p) => {
    const key = follow * 65536 + set;
    const known = first.get(key);
    if (known === undefined) first.set(key, p);
    else positions[known]!.idle ||= positions[p]!.idle;
    return known ?? p;
  });
  if (first.size === positions.length) return draft;
  return rebuilt({ ...draft, sets }, (follow) => ({
    ...follow,
    items: redirect(follow.items, into),
  }));
}

/** Positions that consume the same and are reached from the same places are live together: one. */
function mergeBeginnings(draft: Draft): Draft {
  const { positions, follows } = draft;
  const reachedFrom: number[][] = positions.map(() => []);
  follows.forEach((follow, f) => {
    for (const p of follow.items) reachedFrom[p]!.push(f);
  });
  const first = new Map<string, number>();
  const groups = new Map<number, number[]>();
  const into = positions.map(({ set }, p) => {
    const key = `${set}:${reachedFrom[p]!.join()}`;
    const known = first.get(key);
    if (known === undefined) {
      first.set(key, p);
      return p;
    }
    const group = groups.get(known);
    if (group === undefined) groups.set(known, [known, p]);
    else group.push(p);
    return known;
  });
  if (groups.size === 0) return draft;
  const table = new FollowTable();
  const moved = follows.map((f) => table.add({ ...f, items: redirect(f.items, into) }));
  const merged = positions.map((position, p) => {
    const group = groups.get(p);
    if (group === undefined) return { ...position, follow: moved[position.follow]! };
    return unite(group.map((member) => positions[member]!));
  });
  return { ...draft, positions: merged, follows: table.items, start: moved[draft.start]! };

  function unite(members: readonly DraftPosition[]): DraftPosition {
    const united = members.map((member) => table.items[moved[member.follow]!]!);
    const items = [...new Set(united.flatMap((follow) => follow.items))].sort((a, b) => a - b);
    const match = united.some((follow) => follow.match);
    const matchAtEnd = united.some((follow) => follow.matchAtEnd);
    const follow = table.add({ items, match, matchAtEnd });
    return { set: members[0]!.set, follow, idle: members.every((member) => member.idle) };
  }
}

function redirect(items: readonly number[], into: readonly number[]): number[] {
  return [...new Set(items.map((p) => into[p]!))].sort((a, b) => a - b);
}

/** The draft with every follow list replaced; equal ones become one. */
function rebuilt(draft: Draft, change: (follow: DraftFollow, index: number) => DraftFollow): Draft {
  const table = new FollowTable();
  const moved = draft.follows.map((follow, f) => table.add(change(follow, f)));
  const positions = draft.positions.map((p) => ({ ...p, follow: moved[p.follow]! }));
  return { ...draft, positions, follows: table.items, start: moved[draft.start]! };
}

/** Positions and follow lists in the order in which they are reached; the rest is left out. */
function renumber(draft: Draft): Draft {
  const positionNumber = new Map<number, number>();
  const followNumber = new Map<number, number>([[draft.start, 0]]);
  const positions: DraftPosition[] = [];
  // Both collections grow while they are walked.
  for (const f of followNumber.keys()) {
    for (const p of draft.follows[f]!.items) {
      if (positionNumber.has(p)) continue;
      positionNumber.set(p, positions.length);
      const position = draft.positions[p]!;
      if (!followNumber.has(position.follow)) followNumber.set(position.follow, followNumber.size);
      positions.push({ ...position, follow: followNumber.get(position.follow)! });
    }
  }
  const follows = [...followNumber.keys()].map((f) => {
    const follow = draft.follows[f]!;
    const items = follow.items.map((p) => positionNumber.get(p)!).sort((a, b) => a - b);
    return { ...follow, items };
  });
  return { sets: draft.sets, positions, follows, start: 0 };
}
