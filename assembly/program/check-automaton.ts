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
  SECTION_OVERLAY_CLASSES,
  SECTION_REFS,
  SECTION_STEPS,
} from '../layout.gen';
import { runEnd, runStart } from './check-run';
import { checkPartition } from './check-span';
import { count, record, table } from './section';

export const AUTOMATON_STAGES: u32 = 7;

/** First section of the automaton that is being checked; those of base and overlay lie alike. */
let automaton: u32 = SECTION_CLASSES;

/** Goes on with a stage of the check of the automaton whose sections begin with `classes`. */
export function checkAutomatonStage(stage: u32, classes: u32): i32 {
  automaton = classes;
  switch (stage) {
    case 0:
      return checkClasses();
    case 1:
      return checkRows();
    case 2:
      return checkStates();
    case 3:
      return checkEdges();
    case 4:
      return checkNodeColumn(NODE_EDGE_START_AT, count(own(SECTION_EDGES)));
    case 5:
      return checkNodeColumn(NODE_REF_START_AT, count(SECTION_REFS));
    default:
      return checkNodes();
  }
}

/** The section of the automaton being checked that is what `section` is to the base. */
function own(section: u32): u32 {
  return automaton + (section - SECTION_CLASSES);
}

function checkNodeColumn(field: usize, limit: u32): i32 {
  return checkPartition(own(SECTION_NODES), NODE_SIZE, field, limit, LOAD_BAD_AUTOMATON);
}

/** The tables go together: one class for every byte, whole dense rows, as many links as steps. */
function checkClasses(): i32 {
  runEnd(0);
  if (automaton == SECTION_OVERLAY_CLASSES && count(automaton) == 0) return checkAbsent();
  if (count(automaton) != 256) return LOAD_BAD_AUTOMATON;
  const dense = count(own(SECTION_DENSE));
  if (dense == 0 || dense % classCount() != 0) return LOAD_BAD_AUTOMATON;
  const states = count(own(SECTION_STEPS));
  if (count(own(SECTION_LINKS)) != states) return LOAD_BAD_AUTOMATON;
  return <u64>dense * 4 + states > MAX_STATE ? LOAD_BAD_AUTOMATON : LOAD_OK;
}

/** Without classes there is no overlay and none of its tables has records. */
function checkAbsent(): i32 {
  for (let section = SECTION_DENSE; section <= SECTION_EDGES; section++) {
    if (count(own(section)) != 0) return LOAD_BAD_AUTOMATON;
  }
  return LOAD_OK;
}

/** Edges have room for 24 bits of state. */
const MAX_STATE: u64 = 0x00ff_ffff;

/** Classes are numbered from 0 without gaps, so the highest number tells how many there are. */
function classCount(): u32 {
  let highest: u32 = 0;
  // An automaton that is absent has none, and nothing need lie behind the program.
  const bytes = count(own(SECTION_CLASSES));
  for (let byte: u32 = 0; byte < bytes; byte++) {
    highest = max(highest, <u32>load<u8>(table(own(SECTION_CLASSES)) + byte));
  }
  return highest + 1;
}

function firstCompact(): u32 {
  return count(own(SECTION_DENSE)) << 2;
}

/** A state is the offset of a dense row, or the number of a compact state behind them. */
function isState(state: u32, rowBytes: u32): bool {
  const compact = firstCompact();
  return state < compact ? state % rowBytes == 0 : state - compact < count(own(SECTION_STEPS));
}

/** The first cell of a row is its node, the others are states; marked ones have a node. */
function checkRows(): i32 {
  const classes = classCount();
  const cells = table(own(SECTION_DENSE));
  const start = runStart();
  const end = runEnd(count(own(SECTION_DENSE)));
  for (let i = start; i < end; i++) {
    const cell = load<u32>(cells + ((<usize>i) << 2));
    const isRight =
      i % classes == 0
        ? cell == NONE || cell < count(own(SECTION_NODES))
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
  return load<u8>(table(own(SECTION_STEPS)) + (state - compact)) == 0;
}

/** A state with one way on has its successor next to it; any other points at a node. */
function checkStates(): i32 {
  const states = count(own(SECTION_STEPS));
  const rowBytes = classCount() << 2;
  const start = runStart();
  const end = runEnd(states);
  const steps = table(own(SECTION_STEPS));
  const links = table(own(SECTION_LINKS));
  for (let s = start; s < end; s++) {
    const link = load<u32>(links + ((<usize>s) << 2));
    if (load<u8>(steps + s) == 0) {
      if (link >= count(own(SECTION_NODES))) return LOAD_BAD_AUTOMATON;
    } else if (s + 1 >= states || !isState(link, rowBytes)) {
      return LOAD_BAD_AUTOMATON;
    }
  }
  return LOAD_OK;
}

function checkEdges(): i32 {
  const compact = firstCompact();
  const states = count(own(SECTION_STEPS));
  const start = runStart();
  const end = runEnd(count(own(SECTION_EDGES)));
  const edges = table(own(SECTION_EDGES));
  for (let i = start; i < end; i++) {
    const target = load<u32>(edges + ((<usize>i) << 2)) & 0x00ff_ffff;
    if (target < compact || target - compact >= states) return LOAD_BAD_AUTOMATON;
  }
  return LOAD_OK;
}

function checkNodes(): i32 {
  const rowBytes = classCount() << 2;
  const nodes = count(own(SECTION_NODES));
  const start = runStart();
  const end = runEnd(nodes);
  for (let i = start; i < end; i++) {
    const node = record(own(SECTION_NODES), i, NODE_SIZE);
    if (!isState(load<u32>(node, NODE_FAIL_AT), rowBytes)) return LOAD_BAD_AUTOMATON;
    const more = load<u32>(node, NODE_MORE_AT);
    if (more >= nodes && more != NONE) return LOAD_BAD_AUTOMATON;
  }
  return LOAD_OK;
}
