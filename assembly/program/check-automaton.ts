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
  SECTION_EDGES,
  SECTION_LINKS,
  SECTION_NODES,
  SECTION_REFS,
  SECTION_ROOT,
  SECTION_STEPS,
} from '../layout.gen';
import { isBelow, isPartition } from './check-span';
import { count, record, table } from './section';

export function checkAutomaton(): i32 {
  if (count(SECTION_CLASSES) != 256) return LOAD_BAD_AUTOMATON;
  const states = count(SECTION_STEPS);
  if (states == 0 || states > 0x00ff_ffff || count(SECTION_LINKS) != states) {
    return LOAD_BAD_AUTOMATON;
  }
  const classes = table(SECTION_CLASSES);
  for (let byte: u32 = 0; byte < 256; byte++) {
    if (load<u8>(classes + byte) >= count(SECTION_ROOT)) return LOAD_BAD_AUTOMATON;
  }
  if (!isBelow(SECTION_ROOT, states)) return LOAD_BAD_AUTOMATON;
  if (!areStates(states) || !areEdges(states) || !areNodes(states)) return LOAD_BAD_AUTOMATON;
  return LOAD_OK;
}

/** A state with one way on has its successor next to it; any other points at a node. */
function areStates(states: u32): bool {
  const steps = table(SECTION_STEPS);
  const links = table(SECTION_LINKS);
  for (let s: u32 = 0; s < states; s++) {
    const link = load<u32>(links + ((<usize>s) << 2));
    if (load<u8>(steps + s) == 0) {
      if (link >= count(SECTION_NODES)) return false;
    } else if (s + 1 >= states || link >= states) {
      return false;
    }
  }
  return true;
}

function areEdges(states: u32): bool {
  const edges = table(SECTION_EDGES);
  for (let i: u32 = 0, n = count(SECTION_EDGES); i < n; i++) {
    if ((load<u32>(edges + ((<usize>i) << 2)) & 0x00ff_ffff) >= states) return false;
  }
  return true;
}

function areNodes(states: u32): bool {
  const nodes = count(SECTION_NODES);
  if (!isPartition(SECTION_NODES, NODE_SIZE, NODE_EDGE_START_AT, count(SECTION_EDGES)))
    return false;
  if (!isPartition(SECTION_NODES, NODE_SIZE, NODE_REF_START_AT, count(SECTION_REFS))) return false;
  for (let i: u32 = 0; i < nodes; i++) {
    const node = record(SECTION_NODES, i, NODE_SIZE);
    if (load<u32>(node, NODE_FAIL_AT) >= states) return false;
    const more = load<u32>(node, NODE_MORE_AT);
    if (more >= nodes && more != NONE) return false;
  }
  return true;
}
