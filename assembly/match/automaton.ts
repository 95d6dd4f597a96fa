/**
 * One pass of the Aho-Corasick automaton over an output: finds every literal of the program at once.
 *
 * Bytes are mapped to classes first; upper and lower case share one, class 0 occurs in no literal. The
 * states near the root, where nearly all steps end, have dense rows; the others are compact:
 *
 *   state v < denseBytes   row at denseTable + v, one u32 per class:
 *                          | node | class 1 → state | class 2 → state | …
 *                          bit 31 of a cell: some literal ends in that state. node: NONE, or its record
 *   state v ≥ denseBytes   number s = v - denseBytes:
 *     steps[s] = class     its only edge; the successor is v + 1; links[s] = failure state
 *     steps[s] = 0         a node: links[s] = its record, which holds the edges, the failure state, the
 *                          references of the literals that end here and the next node that ends one
 */
import {
  NODE_EDGE_START_AT,
  NODE_FAIL_AT,
  NODE_MORE_AT,
  NODE_REF_START_AT,
  NODE_SIZE,
  NONE,
} from '../layout.gen';
import {
  classTable,
  denseBytes,
  denseTable,
  edgeTable,
  linkTable,
  nodeTable,
  stepTable,
} from '../program/tables';
import { charge, exhausted } from '../steps';
import { literalFound } from './literal-hit';

const ENDS_LITERAL: u32 = 0x8000_0000;
const TARGET_BITS: u32 = 24;
const TARGET_MASK: u32 = 0x00ff_ffff;

export function searchLiterals(at: usize, length: u32): void {
  const classes = classTable;
  const dense = denseTable;
  const limit = denseBytes;
  charge(length << 1);
  let state: u32 = 0;
  for (let i: u32 = 0; i < length; i++) {
    const byteClass: u32 = load<u8>(classes + load<u8>(at + i));
    if (byteClass == 0) {
      state = 0;
      continue;
    }
    if (state < limit) {
      state = load<u32>(dense + state + (byteClass << 2));
      if (<i32>state >= 0) continue;
      state &= ~ENDS_LITERAL;
    } else {
      state = leave(state, byteClass);
      if ((state & ENDS_LITERAL) == 0) continue;
      state &= ~ENDS_LITERAL;
    }
    report(nodeOf(state), i + 1);
    if (exhausted()) return;
  }
}

/** The step from a compact state: follows failure links until some state has an edge for the class. */
function leave(from: u32, byteClass: u32): u32 {
  let state = from;
  while (state >= denseBytes) {
    const step: u32 = load<u8>(stepTable + (state - denseBytes));
    const link = load<u32>(linkTable + ((<usize>(state - denseBytes)) << 2));
    if (step == byteClass) return marked(state + 1);
    if (step != 0) {
      state = link;
    } else {
      const node = nodeTable + <usize>link * NODE_SIZE;
      const target = edge(node, byteClass);
      if (target != 0) return marked(target);
      state = load<u32>(node, NODE_FAIL_AT);
    }
    charge(1);
    if (exhausted()) return 0;
  }
  return load<u32>(denseTable + state + (byteClass << 2));
}

/** Compact states that are nodes may end literals. */
function marked(state: u32): u32 {
  return load<u8>(stepTable + (state - denseBytes)) == 0 ? state | ENDS_LITERAL : state;
}

/** The state behind the edge for a class, 0 when there is none. Edges are sorted by class. */
function edge(node: usize, byteClass: u32): u32 {
  const end = load<u32>(node + NODE_SIZE, NODE_EDGE_START_AT);
  for (let i = load<u32>(node, NODE_EDGE_START_AT); i < end; i++) {
    const packed = load<u32>(edgeTable + ((<usize>i) << 2));
    const label = packed >> TARGET_BITS;
    if (label == byteClass) return packed & TARGET_MASK;
    if (label > byteClass) break;
  }
  return 0;
}

function nodeOf(state: u32): u32 {
  if (state < denseBytes) return load<u32>(denseTable + state);
  return load<u32>(linkTable + ((<usize>(state - denseBytes)) << 2));
}

/** The literals that end here, longest first. */
function report(first: u32, end: u32): void {
  let index = first;
  while (index != NONE && !exhausted()) {
    const node = nodeTable + <usize>index * NODE_SIZE;
    charge(1);
    const from = load<u32>(node, NODE_REF_START_AT);
    literalFound(from, load<u32>(node + NODE_SIZE, NODE_REF_START_AT), end);
    index = load<u32>(node, NODE_MORE_AT);
  }
}
