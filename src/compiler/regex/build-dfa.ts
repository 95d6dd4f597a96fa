import { NONE } from '../../config/layout.gen.ts';
import type { ByteClasses } from './byte-classes.ts';
import { FollowSteps } from './follow-steps.ts';
import { DEAD, MATCH, minimise, type RawDfa } from './minimise-dfa.ts';
import type { Draft } from './position-draft.ts';
import { StateSets } from './state-sets.ts';

/**
 * A complete, minimal automaton. A row has one cell per class and one for the end of the text; the
 * value of a cell is 0 (dead), 1 (matched) or the index of the next row's first cell.
 */
export interface Dfa {
  /** Two filler cells, then the rows. */
  readonly cells: Uint16Array;
  readonly start: number;
  /** The row in which nothing of the expression has begun; `NONE` if there is none. */
  readonly idle: number;
}

/** How much bigger than the limit the automaton may get before it is minimised. */
const SLACK = 2;

/**
 * States that may be made per position, beyond a base. Where more are needed, as for the overlapping
 * beginnings in `ab.{0,20}c`, their number explodes and the attempt is a waste.
 */
const STATES_PER_POSITION = 8;
const BASE_STATES = 256;

/** The automaton of sets of live positions; null if it has more than `maxCells` cells. */
export function buildDfa(draft: Draft, classes: ByteClasses, maxCells: number): Dfa | null {
  const raw = determinise(draft, classes, maxCells * SLACK);
  if (raw === null) return null;
  const { table, idle } = raw;
  const blocks = minimise(table);
  return writeRows(table, blocks, idle, maxCells);
}

interface Determinised {
  readonly table: RawDfa;
  /** States in which only idle positions are live. */
  readonly idle: readonly number[];
}

/**
 * Subset construction. Live positions with the same follow list behave alike, so a state is a set of
 * follow lists.
 */
function determinise(draft: Draft, classes: ByteClasses, maxCells: number): Determinised | null {
  const width = classes.count + 1;
  const fitting = Math.floor(maxCells / width);
  // As a rule every position is needed to tell at least one state from the others.
  if (draft.positions.length > fitting) return null;
  const sensible = BASE_STATES + draft.positions.length * STATES_PER_POSITION;
  const maxStates = Math.min(fitting, sensible);
  const states = new StateSets(2);
  states.add([draft.start]);
  const steps = new FollowSteps(draft, classes, states);
  const cells: number[] = new Array(2 * width).fill(DEAD);
  cells.fill(MATCH, width);
  for (let state = 2; state < states.end; state++) {
    steps.appendRow(states.members(state), cells);
    if (states.end > maxStates) return null;
  }
  const idle = draft.positions.filter((p) => p.idle).map((p) => states.find([p.follow]));
  return {
    table: { cells: Int32Array.from(cells), width, states: states.end },
    idle: idle.filter((s) => s !== DEAD),
  };
}

/** One row per block of equivalent states, breadth first from the start. */
function writeRows(
  table: RawDfa,
  blocks: Int32Array,
  idleStates: readonly number[],
  maxCells: number,
): Dfa | null {
  const { cells, width } = table;
  const start = 2;
  const rows = new Map<number, number>([[blocks[start]!, start]]);
  for (const state of rows.values()) {
    for (let c = 0; c < width - 1; c++) {
      const to = cells[state * width + c]!;
      const block = blocks[to]!;
      if (block !== blocks[DEAD] && block !== blocks[MATCH] && !rows.has(block))
        rows.set(block, to);
    }
    if (2 + rows.size * width > maxCells) return null;
  }
  const bases = new Map([...rows.keys()].map((block, i) => [block, 2 + i * width]));
  const startBase = bases.get(blocks[start]!)!;
  // The start has a row even where it is dead or matched; no cell leads back to that row.
  bases.set(blocks[DEAD]!, DEAD);
  bases.set(blocks[MATCH]!, MATCH);
  const out = new Uint16Array(2 + rows.size * width);
  out[1] = MATCH;
  let at = 2;
  for (const state of rows.values()) {
    for (let c = 0; c < width; c++) out[at++] = bases.get(blocks[cells[state * width + c]!]!)!;
  }
  return { cells: out, start: startBase, idle: idleBase(table, blocks, idleStates, bases) };
}

/** Of several idle rows, which differ in the last byte only, the one that most classes stay in. */
function idleBase(
  { cells, width }: RawDfa,
  blocks: Int32Array,
  idleStates: readonly number[],
  bases: ReadonlyMap<number, number>,
): number {
  let best = NONE;
  let most = -1;
  for (const state of idleStates) {
    const base = bases.get(blocks[state]!);
    if (base === undefined || base <= MATCH) continue;
    let stays = 0;
    for (let c = 0; c < width - 1; c++) {
      if (blocks[cells[state * width + c]!] === blocks[state]) stays += 1;
    }
    if (stays > most) {
      most = stays;
      best = base;
    }
  }
  return best;
}
