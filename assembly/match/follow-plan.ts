/**
 * Looks at one value in every transformed form that the program has tests for. The plan is a tree of
 * transforms in preorder; each node stands for one chain and names the gates of the tests on its output.
 *
 * A transform none of whose trigger bytes occurs leaves its input as it is. All nodes that are reached
 * without a change share one output: it is profiled and searched once. Outputs lie on a stack, since a
 * node's output is needed only while its subtree is visited.
 */
import {
  ARENA_CHAIN_STAMPS,
  ARENA_TRANSFORM_STACK,
  NONE,
  PLAN_NODE_CHAIN_AT,
  PLAN_NODE_END_AT,
  PLAN_NODE_FLAGS_AT,
  PLAN_NODE_GATE_END_AT,
  PLAN_NODE_GATE_START_AT,
  PLAN_NODE_IS_SEARCHED,
  PLAN_NODE_SIZE,
  PLAN_NODE_TRANSFORM_AT,
  PLAN_NODE_TRIGGERS_AT,
  SECTION_CLASSES,
  SECTION_OVERLAY_CLASSES,
  TRANSFORM_STACK_BYTES,
} from '../layout.gen';
import { bindAutomaton, hasOverlay, planNodeTable, planTable } from '../program/tables';
import { markTruncated } from '../request/fields';
import { charge, exhausted } from '../steps';
import { applyTransform } from '../transforms/apply-transform';
import { roomFor, weightOf } from '../transforms/bounds';
import { clearChanged, hasChanged } from '../transforms/changed';
import { searchLiterals } from './automaton';
import { lookUp } from './exact';
import { passGates } from './gate';
import { startOutput } from './output';
import { clearPlaces } from './places';
import { present0, present1, profile } from './profile';
import { queueLength, verifyQueued } from './regex-test';
import { nextSerial } from './view';

/** Where the next output goes. */
let stackTop: usize = ARENA_TRANSFORM_STACK;
/** Outputs on the stack. Plans of the compiler are no deeper than a chain is long. */
let depth: u32 = 0;
const MAX_DEPTH: u32 = 32;
const STACK_END: usize = ARENA_TRANSFORM_STACK + TRANSFORM_STACK_BYTES;

/** Puts the value (at, length) to all tests of a plan. */
export function followPlan(plan: u32, at: usize, length: u32): void {
  const entry = planTable + ((<usize>plan) << 2);
  const first = load<u32>(entry);
  if (first == load<u32>(entry, 4)) return;
  stackTop = ARENA_TRANSFORM_STACK;
  depth = 0;
  charge(1 + (length >> 1));
  profile(at, length);
  visit(nodeAt(first), at, length);
}

function nodeAt(index: u32): usize {
  return planNodeTable + <usize>index * PLAN_NODE_SIZE;
}

/** Tests the output of `root`, already profiled, and all that lies below. */
function visit(root: usize, at: usize, length: u32): void {
  const bits0 = present0;
  const bits1 = present1;
  const serial = nextSerial();
  const queued = queueLength();
  const end = nodeAt(load<u32>(root, PLAN_NODE_END_AT));
  startOutput(at, length, serial, bits0, bits1);
  let isSearched = enter(root, serial);
  let node = root + PLAN_NODE_SIZE;
  while (node < end && !exhausted()) {
    charge(1);
    if ((load<u64>(node, PLAN_NODE_TRIGGERS_AT) & bits0) != 0 && branch(node, at, length)) {
      startOutput(at, length, serial, bits0, bits1);
      node = nodeAt(load<u32>(node, PLAN_NODE_END_AT));
      continue;
    }
    if (enter(node, serial)) isSearched = true;
    node += PLAN_NODE_SIZE;
  }
  if (isSearched && !exhausted()) search(at, length);
  verifyQueued(queued);
}

/** The node's chain ends in the current output. Returns true when literals have to be searched for. */
function enter(node: usize, serial: u32): bool {
  const chain = load<u32>(node, PLAN_NODE_CHAIN_AT);
  if (chain == NONE) return false;
  store<u32>(ARENA_CHAIN_STAMPS + ((<usize>chain) << 2), serial);
  const isSearched = (load<u8>(node, PLAN_NODE_FLAGS_AT) & PLAN_NODE_IS_SEARCHED) != 0;
  const from = load<u32>(node, PLAN_NODE_GATE_START_AT);
  const to = load<u32>(node, PLAN_NODE_GATE_END_AT);
  return (from != to && passGates(from, to)) || isSearched;
}

/** Runs a node's transform and visits its subtree with the output. Returns false when nothing changed. */
function branch(node: usize, at: usize, length: u32): bool {
  const transform: i32 = load<u8>(node, PLAN_NODE_TRANSFORM_AT);
  const to = stackTop;
  if (depth == MAX_DEPTH || roomFor(transform, length) > <u64>(STACK_END - to)) {
    markTruncated();
    return true;
  }
  charge(1 + length * weightOf(transform));
  clearChanged();
  const size = applyTransform(transform, at, length, to);
  if (!hasChanged()) return false;
  if (exhausted()) return true;
  charge(1 + (size >> 1));
  profile(to, size);
  stackTop = (to + size + 7) & ~7;
  depth++;
  visit(node, to, size);
  depth--;
  stackTop = to;
  return true;
}

function search(at: usize, length: u32): void {
  charge(1);
  clearPlaces();
  lookUp(at, length);
  searchLiterals(at, length);
  if (hasOverlay) searchOverlay(at, length);
}

/** The rules that were added since the program was compiled have an automaton of their own. */
function searchOverlay(at: usize, length: u32): void {
  charge(1);
  bindAutomaton(SECTION_OVERLAY_CLASSES);
  searchLiterals(at, length);
  bindAutomaton(SECTION_CLASSES);
}
