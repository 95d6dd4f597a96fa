import { hasBit, isDispatched, itemsByClass } from './follow-dispatch.ts';
import type { CompiledRegex, PositionAutomaton } from './regex/compile-regex.ts';

/**
 * The most steps that one byte of a value can cost; a run costs one more. For an automaton of positions
 * it is the largest step between two sets: behind a byte of one class only such lists are live as
 * follow a position that takes the class, and each charges 1 and the items that are looked at.
 */
export function regexWeight(regex: CompiledRegex): number {
  const known = weights.get(regex) ?? findWeight(regex);
  weights.set(regex, known);
  return known;
}

/** Many leaves share an expression. */
const weights = new WeakMap<CompiledRegex, number>();

function findWeight(regex: CompiledRegex): number {
  if (regex.dfa !== null) return 1;
  const { nfa, classes } = regex;
  const costs = nfa.follows.map(({ items, match }) =>
    match ? null : stepCosts(nfa, items, classes),
  );
  const start = costs[nfa.start];
  let most = start === null || start === undefined ? 1 : 1 + Math.max(...vector(start, classes));
  for (const live of liveAfter(nfa, classes)) {
    let plain = 1;
    const columns = new Float64Array(classes);
    for (const follow of live) {
      const cost = costs[follow];
      if (typeof cost === 'number') plain += cost;
      else if (cost) for (let c = 0; c < classes; c++) columns[c]! += cost[c]!;
    }
    most = Math.max(most, plain + Math.max(...columns));
  }
  return roundUp(most);
}

/** What a live list costs: a number when no class makes a difference, else one per class. */
function stepCosts(
  nfa: PositionAutomaton,
  items: Uint32Array,
  classes: number,
): number | readonly number[] {
  if (!isDispatched(items)) return 1 + items.length;
  return itemsByClass(nfa, items, classes).map((column) => 1 + column.length);
}

function vector(cost: number | readonly number[], classes: number): readonly number[] {
  return typeof cost === 'number' ? new Array<number>(classes).fill(cost) : cost;
}

/** For each class, the lists that can be live behind a byte of it. */
function liveAfter(nfa: PositionAutomaton, classes: number): readonly ReadonlySet<number>[] {
  const live = Array.from({ length: classes }, () => new Set<number>());
  for (const { set, follow } of nfa.positions) {
    for (let c = 0; c < classes; c++) if (hasBit(nfa.sets[set]!, c)) live[c]!.add(follow);
  }
  return live;
}

/** The engine keeps the steps of a byte in eight bits and a shift (assembly/match/regex/cell.ts). */
function roundUp(steps: number): number {
  const unit = 2 ** Math.max(0, Math.ceil(Math.log2(steps + 1)) - 8);
  return Math.ceil(steps / unit) * unit;
}
