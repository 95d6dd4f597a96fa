import type {
  CompiledRegex,
  Dfa,
  PositionAutomaton,
} from '../../../../src/compiler/regex/compile-regex.ts';
import { NONE } from '../../../../src/config/layout.gen.ts';

/** What a position automaton does, as plainly as it can be said. */
export interface SlowOutcome {
  readonly end: number;
  readonly steps: number;
  /** Last offset up to the end at which only loops were live; 0 when there is none. */
  readonly from: number;
}

type Live = ReadonlySet<number>;

const has = (set: Uint8Array, index: number) => ((set[index >> 3]! >> (index & 7)) & 1) === 1;
const PLAIN_LIST = 16;

/** Steps are kept in eight bits and a shift. */
function rounded(steps: number): number {
  let unit = 1;
  while (Math.ceil(steps / unit) > 255) unit *= 2;
  return Math.ceil(steps / unit) * unit;
}

function next(nfa: PositionAutomaton, live: Live, byteClass: number) {
  const after = new Set<number>();
  let work = 1;
  for (const list of live) {
    const { items } = nfa.follows[list]!;
    const taken = [...items].filter((item) => has(nfa.sets[nfa.positions[item]!.set]!, byteClass));
    work += 1 + (items.length > PLAIN_LIST ? taken.length : items.length);
    for (const item of taken) after.add(nfa.positions[item]!.follow);
  }
  const matches = [...after].some((list) => nfa.follows[list]!.match);
  return { after, work: rounded(work), matches };
}

export function runSlowly(
  { nfa, classMap }: CompiledRegex,
  text: Uint8Array,
  loops: ReadonlySet<number> = new Set(),
): SlowOutcome {
  let live: Live = new Set([nfa.start]);
  let steps = 1;
  let from = 0;
  if (nfa.follows[nfa.start]!.match) return { end: 0, steps, from };
  for (let i = 0; i < text.length && live.size > 0; i++) {
    const { after, work, matches } = next(nfa, live, classMap[text[i]!]!);
    steps += work;
    if (matches) return { end: i + 1, steps, from };
    live = after;
    if (live.size > 0 && [...live].every((list) => loops.has(list))) from = i + 1;
  }
  const atEnd = [...live].some((list) => nfa.follows[list]!.matchAtEnd);
  return { end: atEnd ? text.length : -1, steps, from };
}

/** Every set that can be reached becomes a row; nothing is minimised. */
export function determinise(nfa: PositionAutomaton, classes: number, loops: Live): Dfa {
  const rows: { live: Live; cells: number[] }[] = [];
  const bases = new Map<string, number>();
  const baseOf = (live: Live): number => {
    const key = [...live].sort((a, b) => a - b).join();
    const known = bases.get(key);
    if (known !== undefined) return known;
    const base = 2 + rows.length * (classes + 1);
    bases.set(key, base);
    rows.push({ live, cells: [] });
    return base;
  };
  const start = baseOf(new Set([nfa.start]));
  for (const row of rows) {
    const lists = [...row.live].map((list) => nfa.follows[list]!);
    for (let c = 0; c < classes; c++) {
      const { after, matches } = next(nfa, row.live, c);
      const isOver = matches || lists.some(({ match }) => match);
      row.cells.push(isOver ? 1 : after.size === 0 ? 0 : baseOf(after));
    }
    row.cells.push(lists.some(({ match, matchAtEnd }) => match || matchAtEnd) ? 1 : 0);
  }
  const isIdle = ({ live }: { live: Live }) => [...live].every((list) => loops.has(list));
  const idle = rows.findIndex(isIdle);
  return {
    cells: Uint16Array.from([0, 0, ...rows.flatMap(({ cells }) => cells)]),
    start,
    idle: idle < 0 ? NONE : 2 + idle * (classes + 1),
  };
}
