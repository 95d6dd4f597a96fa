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
  SECTION_EDGES,
  SECTION_LINKS,
  SECTION_NODES,
  SECTION_ROOT,
  SECTION_STEPS,
} from '../layout.gen';
import { runEnd, runStart } from './check-run';
import { count, record, table } from './section';

/** One class for every byte, and as many links as steps. */
export function checkClasses(): i32 {
  const start = runStart();
  const end = runEnd(256);
  if (count(SECTION_CLASSES) != 256) return LOAD_BAD_AUTOMATON;
  const states = stateCount();
  if (states == 0 || states > 0x00ff_ffff || count(SECTION_LINKS) != states) {
    return LOAD_BAD_AUTOMATON;
  }
  const classes = table(SECTION_CLASSES);
  for (let byte = start; byte < end; byte++) {
    if (load<u8>(classes + byte) >= count(SECTION_ROOT)) return LOAD_BAD_AUTOMATON;
  }
  return LOAD_OK;
}

/** How many states the automaton has; every state number must be below. */
export function stateCount(): u32 {
  return count(SECTION_STEPS);
}

/** A state with one way on has its successor next to it; any other points at a node. */
export function checkStates(): i32 {
  const states = stateCount();
  const start = runStart();
  const end = runEnd(states);
  const steps = table(SECTION_STEPS);
  const links = table(SECTION_LINKS);
  for (let s = start; s < end; s++) {
    const link = load<u32>(links + ((<usize>s) << 2));
    if (load<u8>(steps + s) == 0) {
      if (link >= count(SECTION_NODES)) return LOAD_BAD_AUTOMATON;
    } else if (s + 1 >= states || link >= states) {
      return LOAD_BAD_AUTOMATON;
    }
  }
  return LOAD_OK;
}

export function checkEdges(): i32 {
  const states = stateCount();
  const start = runStart();
  const end = runEnd(count(SECTION_EDGES));
  const edges = table(SECTION_EDGES);
  for (let i = start; i < end; i++) {
    if ((load<u32>(edges + ((<usize>i) << 2)) & 0x00ff_ffff) >= states) return LOAD_BAD_AUTOMATON;
  }
  return LOAD_OK;
}

export function checkNodes(): i32 {
  const states = stateCount();
  const nodes = count(SECTION_NODES);
  const start = runStart();
  const end = runEnd(nodes);
  for (let i = start; i < end; i++) {
    const node = record(SECTION_NODES, i, NODE_SIZE);
    if (load<u32>(node, NODE_FAIL_AT) >= states) return LOAD_BAD_AUTOMATON;
    const more = load<u32>(node, NODE_MORE_AT);
    if (more >= nodes && more != NONE) return LOAD_BAD_AUTOMATON;
  }
  return LOAD_OK;
}
