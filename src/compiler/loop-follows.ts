import { hasBit } from './follow-dispatch.ts';
import type { PositionAutomaton } from './regex/compile-regex.ts';

/**
 * The follow lists of the positions that let a search begin anywhere: they can come first and lead to
 * themselves, and each of them takes every byte, or several take every byte between them and lead to
 * each other. A run whose set holds no other list has begun nothing. Empty for an automaton that only
 * looks at the start of the text.
 */
export function loopFollows(nfa: PositionAutomaton, classes: number): ReadonlySet<number> {
  const size = (position: number) => countClasses(setOf(nfa, position), classes);
  const candidates = [...nfa.follows[nfa.start]!.items].filter((p) => leads(nfa, p, p));
  const whole = candidates.filter((position) => size(position) === classes);
  const loops = whole.length > 0 ? whole : sharedLoop(nfa, candidates);
  const covered = loops.reduce((sum, position) => sum + size(position), 0);
  if (covered < classes) return new Set();
  return new Set(loops.map((position) => nfa.positions[position]!.follow));
}

/** A loop is split by word bytes where an assertion looks at them. */
function sharedLoop(nfa: PositionAutomaton, candidates: readonly number[]): readonly number[] {
  const loops: number[] = [];
  for (const position of candidates) {
    const fits = loops.every(
      (other) =>
        leads(nfa, position, other) &&
        leads(nfa, other, position) &&
        areApart(setOf(nfa, position), setOf(nfa, other)),
    );
    if (fits) loops.push(position);
  }
  return loops;
}

function leads(nfa: PositionAutomaton, from: number, to: number): boolean {
  return nfa.follows[nfa.positions[from]!.follow]!.items.includes(to);
}

function setOf(nfa: PositionAutomaton, position: number): Uint8Array {
  return nfa.sets[nfa.positions[position]!.set]!;
}

function countClasses(set: Uint8Array, classes: number): number {
  let count = 0;
  for (let c = 0; c < classes; c++) if (hasBit(set, c)) count += 1;
  return count;
}

function areApart(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((bits, i) => (bits & b[i]!) === 0);
}
