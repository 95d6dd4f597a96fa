/**
 * Checks the Aho-Corasick automaton. Failure links of a hostile program may form a circle; following
 * one costs a step, so the budget ends it.
 */
import {
  LOAD_BAD_AUTOMATON,
  LOAD_OK,
  NODE_EDGE_START_AT,
  NODE_FAIL_AT,
  NODE_MORE_AT,
  NODE_REF_START_AT,
  NODE_SIZE,
  NONE,
  SECTION_CLASSES,
  SECTION_DENSE,
  SECTION_EDGES,
  SECTION_LINKS,
  SECTION_NODES,
  SECTION_REFS,
  SECTION_STEPS,
} from '../layout.gen';
import { isBelow, isPartition } from './check-span';
import { count, record, table } from './section';

/** How states are told apart, see match/automaton.ts. */
let firstCompact: u32 = 0;
let limit: u32 = 0;
let rowBytes: u32 = 0;

export function checkAutomaton(): i32 {
  if (count(SECTION_CLASSES) != 256) return LOAD_BAD_AUTOMATON;
  const classes = classCount();
  const dense = count(SECTION_DENSE);
  if (dense == 0 || dense % classes != 0) return LOAD_BAD_AUTOMATON;
  const states = count(SECTION_STEPS);
  if (count(SECTION_LINKS) != states) return LOAD_BAD_AUTOMATON;
  limit = (dense << 2) + states;
  if (limit > 0x00ff_ffff) return LOAD_BAD_AUTOMATON;
  firstCompact = dense << 2;
  rowBytes = classes << 2;
  return areRows(dense, classes) && areStates(states) && areEdges() && areNodes()
    ? LOAD_OK
    : LOAD_BAD_AUTOMATON;
}

/** Classes are numbered from 0 without gaps, so the highest number tells how many there are. */
function classCount(): u32 {
  let highest: u32 = 0;
  for (let byte: u32 = 0; byte < 256; byte++) {
    highest = max(highest, <u32>load<u8>(table(SECTION_CLASSES) + byte));
  }
  return highest + 1;
}

/** A state is the offset of a dense row, or the number of a compact one. */
function isState(state: u32): bool {
  return state < firstCompact ? state % rowBytes == 0 : state < limit;
}

/** The first cell of a row is its node, the others are states; marked ones have a node. */
function areRows(cells: u32, classes: u32): bool {
  const at = table(SECTION_DENSE);
  for (let row: u32 = 0; row < cells; row += classes) {
    const node = load<u32>(at + ((<usize>row) << 2));
    if (node != NONE && node >= count(SECTION_NODES)) return false;
    for (let i: u32 = 1; i < classes; i++) {
      const cell = load<u32>(at + ((<usize>(row + i)) << 2));
      const state = cell & 0x7fff_ffff;
      if (!isState(state)) return false;
      if (cell != state && !endsLiteral(state)) return false;
    }
  }
  return true;
}

/** The engine reads the node of a marked state: a dense row's own, or that of a compact node. */
function endsLiteral(state: u32): bool {
  return state < firstCompact || load<u8>(table(SECTION_STEPS) + (state - firstCompact)) == 0;
}

/** A state with one way on has its successor next to it; any other points at a node. */
function areStates(states: u32): bool {
  const steps = table(SECTION_STEPS);
  const links = table(SECTION_LINKS);
  for (let s: u32 = 0; s < states; s++) {
    const link = load<u32>(links + ((<usize>s) << 2));
    if (load<u8>(steps + s) == 0) {
      if (link >= count(SECTION_NODES)) return false;
    } else if (s + 1 >= states || !isState(link)) {
      return false;
    }
  }
  return true;
}

function areEdges(): bool {
  const edges = table(SECTION_EDGES);
  for (let i: u32 = 0, n = count(SECTION_EDGES); i < n; i++) {
    const target = load<u32>(edges + ((<usize>i) << 2)) & 0x00ff_ffff;
    if (target < firstCompact || target >= limit) return false;
  }
  return true;
}

function areNodes(): bool {
  const nodes = count(SECTION_NODES);
  if (!isPartition(SECTION_NODES, NODE_SIZE, NODE_EDGE_START_AT, count(SECTION_EDGES)))
    return false;
  if (!isPartition(SECTION_NODES, NODE_SIZE, NODE_REF_START_AT, count(SECTION_REFS))) return false;
  for (let i: u32 = 0; i < nodes; i++) {
    const node = record(SECTION_NODES, i, NODE_SIZE);
    if (!isState(load<u32>(node, NODE_FAIL_AT))) return false;
    const more = load<u32>(node, NODE_MORE_AT);
    if (more >= nodes && more != NONE) return false;
  }
  return true;
}
