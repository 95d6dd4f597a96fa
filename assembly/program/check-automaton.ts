/**
 * Checks the Aho-Corasick automaton. Failure links of a hostile program may form a circle; following
 * one costs a step, so the budget ends it.
 */
import {
  LOAD_BAD_AUTOMATON,
  LOAD_OK,
  NODE_FAIL_AT,
  NODE_MORE_AT,
  NODE_SIZE,
  NONE,
  SECTION_CLASSES,
  SECTION_DENSE,
  SECTION_EDGES,
  SECTION_LINKS,
  SECTION_NODES,
  SECTION_STEPS,
} from '../layout.gen';
import { runEnd, runStart } from './check-run';
import { count, record, table } from './section';

/** The tables go together: one class for every byte, whole dense rows, as many links as steps. */
export function checkClasses(): i32 {
  runEnd(0);
  const classes = classCount();
  const dense = count(SECTION_DENSE);
  if (count(SECTION_CLASSES) != 256 || dense == 0 || dense % classes != 0) {
    return LOAD_BAD_AUTOMATON;
  }
  if (count(SECTION_LINKS) != count(SECTION_STEPS)) return LOAD_BAD_AUTOMATON;
  return <u64>dense * 4 + count(SECTION_STEPS) > MAX_STATE ? LOAD_BAD_AUTOMATON : LOAD_OK;
}

/** Edges have room for 24 bits of state. */
const MAX_STATE: u64 = 0x00ff_ffff;

/** Classes are numbered from 0 without gaps, so the highest number tells how many there are. */
function classCount(): u32 {
  let highest: u32 = 0;
  for (let byte: u32 = 0; byte < 256; byte++) {
    highest = max(highest, <u32>load<u8>(table(SECTION_CLASSES) + byte));
  }
  return highest + 1;
}

function firstCompact(): u32 {
  return count(SECTION_DENSE) << 2;
}

/** A state is the offset of a dense row, or the number of a compact state behind them. */
function isState(state: u32, rowBytes: u32): bool {
  const compact = firstCompact();
  return state < compact ? state % rowBytes == 0 : state - compact < count(SECTION_STEPS);
}

/** The first cell of a row is its node, the others are states; marked ones have a node. */
export function checkRows(): i32 {
  const classes = classCount();
  const cells = table(SECTION_DENSE);
  const start = runStart();
  const end = runEnd(count(SECTION_DENSE));
  for (let i = start; i < end; i++) {
    const cell = load<u32>(cells + ((<usize>i) << 2));
    const isRight =
      i % classes == 0
        ? cell == NONE || cell < count(SECTION_NODES)
        : isCell(cell & 0x7fff_ffff, cell >> 31 != 0, classes << 2);
    if (!isRight) return LOAD_BAD_AUTOMATON;
  }
  return LOAD_OK;
}

/** The engine reads the node of a marked state: a dense row's own, or that of a compact node. */
function isCell(state: u32, isMarked: bool, rowBytes: u32): bool {
  if (!isState(state, rowBytes)) return false;
  const compact = firstCompact();
  if (!isMarked || state < compact) return true;
  return load<u8>(table(SECTION_STEPS) + (state - compact)) == 0;
}

/** A state with one way on has its successor next to it; any other points at a node. */
export function checkStates(): i32 {
  const states = count(SECTION_STEPS);
  const rowBytes = classCount() << 2;
  const start = runStart();
  const end = runEnd(states);
  const steps = table(SECTION_STEPS);
  const links = table(SECTION_LINKS);
  for (let s = start; s < end; s++) {
    const link = load<u32>(links + ((<usize>s) << 2));
    if (load<u8>(steps + s) == 0) {
      if (link >= count(SECTION_NODES)) return LOAD_BAD_AUTOMATON;
    } else if (s + 1 >= states || !isState(link, rowBytes)) {
      return LOAD_BAD_AUTOMATON;
    }
  }
  return LOAD_OK;
}

export function checkEdges(): i32 {
  const compact = firstCompact();
  const states = count(SECTION_STEPS);
  const start = runStart();
  const end = runEnd(count(SECTION_EDGES));
  const edges = table(SECTION_EDGES);
  for (let i = start; i < end; i++) {
    const target = load<u32>(edges + ((<usize>i) << 2)) & 0x00ff_ffff;
    if (target < compact || target - compact >= states) return LOAD_BAD_AUTOMATON;
  }
  return LOAD_OK;
}

export function checkNodes(): i32 {
  const rowBytes = classCount() << 2;
  const nodes = count(SECTION_NODES);
  const start = runStart();
  const end = runEnd(nodes);
  for (let i = start; i < end; i++) {
    const node = record(SECTION_NODES, i, NODE_SIZE);
    if (!isState(load<u32>(node, NODE_FAIL_AT), rowBytes)) return LOAD_BAD_AUTOMATON;
    const more = load<u32>(node, NODE_MORE_AT);
    if (more >= nodes && more != NONE) return LOAD_BAD_AUTOMATON;
  }
  return LOAD_OK;
}
