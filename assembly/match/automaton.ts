/**
 * One pass of the Aho-Corasick automaton over an output: finds every literal of the program at once.
 *
 * Bytes are mapped to classes first; upper and lower case share one, class 0 occurs in no literal. A
 * state with a single way on (step = class) has its successor right behind it and link = where to go
 * otherwise. A state with step 0 is a node: link points at its record, which holds the edges, the
 * failure state, the references of the literals that end here and the next node that ends a literal.
 * State 0 is the root; its edges are the dense table.
 */
import {
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
  SECTION_ROOT,
  SECTION_STEPS,
} from '../layout.gen';
import { record, table } from '../program/section';
import { charge, exhausted } from '../steps';
import { literalFound } from './literal-hit';

const TARGET_BITS: u32 = 24;
const TARGET_MASK: u32 = 0x00ff_ffff;

export function scanLiterals(at: usize, length: u32): void {
  const classes = table(SECTION_CLASSES);
  const steps = table(SECTION_STEPS);
  const links = table(SECTION_LINKS);
  charge(length);
  let state: u32 = 0;
  for (let i: u32 = 0; i < length; i++) {
    const byteClass = load<u8>(classes + load<u8>(at + i));
    if (byteClass == 0) {
      state = 0;
      continue;
    }
    state = advance(state, byteClass, steps, links);
    if (state != 0 && load<u8>(steps + state) == 0) {
      report(load<u32>(links + ((<usize>state) << 2)), i + 1);
      if (exhausted()) return;
    }
  }
}

/** Follows failure links until some state has an edge for the class; the root always has one. */
function advance(from: u32, byteClass: u8, steps: usize, links: usize): u32 {
  let state = from;
  while (state != 0) {
    const step = load<u8>(steps + state);
    const link = load<u32>(links + ((<usize>state) << 2));
    if (step == byteClass) return state + 1;
    if (step != 0) {
      state = link;
    } else {
      const node = record(SECTION_NODES, link, NODE_SIZE);
      const target = edge(node, byteClass);
      if (target != 0) return target;
      state = load<u32>(node, NODE_FAIL_AT);
    }
    charge(1);
    if (exhausted()) return 0;
  }
  return load<u32>(table(SECTION_ROOT) + ((<usize>byteClass) << 2));
}

/** The state behind the edge for a class, 0 when there is none. Edges are sorted by class. */
function edge(node: usize, byteClass: u8): u32 {
  const edges = table(SECTION_EDGES);
  const end = load<u32>(node + NODE_SIZE, NODE_EDGE_START_AT);
  for (let i = load<u32>(node, NODE_EDGE_START_AT); i < end; i++) {
    const packed = load<u32>(edges + ((<usize>i) << 2));
    const label = packed >> TARGET_BITS;
    if (label == byteClass) return packed & TARGET_MASK;
    if (label > byteClass) break;
  }
  return 0;
}

/** The literals that end here, longest first. */
function report(first: u32, end: u32): void {
  let index = first;
  while (index != NONE && !exhausted()) {
    const node = record(SECTION_NODES, index, NODE_SIZE);
    charge(1);
    const from = load<u32>(node, NODE_REF_START_AT);
    literalFound(from, load<u32>(node + NODE_SIZE, NODE_REF_START_AT), end);
    index = load<u32>(node, NODE_MORE_AT);
  }
}
