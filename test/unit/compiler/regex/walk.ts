import type { CompiledRegex, Dfa } from '../../../../src/compiler/regex/compile-regex.ts';
import { parseRegex, type RegexOptions } from '../../../../src/compiler/regex/parse-regex.ts';
import type { Node } from '../../../../src/compiler/regex/syntax-tree.ts';
import { trimEnds } from '../../../../src/compiler/regex/trim-ends.ts';
import { shortestMatches } from './match-ends.ts';

/** Runs the positions over a text, one set of live positions per byte. */
export function nfaMatches({ classMap, nfa }: CompiledRegex, text: string): boolean {
  let live = new Set([nfa.start]);
  for (let i = 0; i < text.length; i++) {
    const c = classMap[text.charCodeAt(i)]!;
    const next = new Set<number>();
    for (const f of live) {
      if (nfa.follows[f]!.match) return true;
      for (const p of nfa.follows[f]!.items) {
        const { set, follow } = nfa.positions[p]!;
        if ((nfa.sets[set]![c >> 3]! >> (c & 7)) & 1) next.add(follow);
      }
    }
    live = next;
  }
  return [...live].some((f) => nfa.follows[f]!.match || nfa.follows[f]!.matchAtEnd);
}

/** Walks the table as the engine does. */
export function dfaMatches({ classes, classMap }: CompiledRegex, dfa: Dfa, text: string): boolean {
  let row = dfa.start;
  for (let i = 0; i < text.length; i++) {
    row = dfa.cells[row + classMap[text.charCodeAt(i)]!]!;
    if (row < 2) return row === 1;
  }
  return dfa.cells[row + classes] === 1;
}

/** The first requirement that the text lacks, null if it has all. */
export function lackingRequirement({ requirements }: CompiledRegex, text: string): string | null {
  const folded = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const holds = (set: Uint8Array): boolean => {
    for (let i = 0; i < text.length; i++) {
      const byte = text.charCodeAt(i);
      if ((set[byte >> 3]! >> (byte & 7)) & 1) return true;
    }
    return false;
  };
  if (text.length < requirements.minLength) return `minLength ${requirements.minLength}`;
  const set = requirements.byteSets.findIndex((bytes) => !holds(bytes));
  if (set !== -1) return `byteSets[${set}]`;
  const clause = requirements.clauses.findIndex(
    ({ literals, bytes }) =>
      !literals.some((word) => folded.includes(word)) && !(bytes !== null && holds(bytes)),
  );
  return clause === -1 ? null : `clauses[${clause}]: ${requirements.clauses[clause]!.literals}`;
}

/** What the automata search for: the expression with its ends trimmed. */
export function trimmedTree(source: string, options: RegexOptions): Node {
  return trimEnds(parseRegex(source, options).tree);
}

/**
 * The first match that begins farther before the literals of a clause than the clause says, null if
 * none does. `tree` is what the automata search for.
 */
export function matchOutOfReach(
  { requirements }: CompiledRegex,
  tree: Node,
  text: string,
): string | null {
  const bounded = requirements.clauses.filter(({ reach }) => reach !== Number.POSITIVE_INFINITY);
  if (bounded.length === 0) return null;
  const folded = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  for (const { start, end } of shortestMatches(tree, text)) {
    for (const { literals, reach } of bounded) {
      const within = folded.slice(start, Math.min(end, start + reach));
      if (!literals.some((word) => within.includes(word))) {
        return `${start}..${end} reaches over ${reach}: ${literals}`;
      }
    }
  }
  return null;
}
