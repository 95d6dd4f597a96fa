/** Checks what leads from a value to its tests: plans, their nodes, gates, names, and clauses. */

import {
  GATE_FLAGS_AT,
  GATE_IS_LITERAL,
  GATE_LEAF_AT,
  GATE_SIZE,
  KIND_PLAN_PLAN_AT,
  KIND_PLAN_SIZE,
  KINDS,
  LEAF_OP_AT,
  LEAF_SIZE,
  LOAD_BAD_PLAN,
  LOAD_OK,
  MAX_CLAUSES,
  NAME_FIRST_PLAN_AT,
  NAME_PLAN_AT,
  NAME_SIZE,
  NAME_TEXT_LEN_AT,
  NAME_TEXT_START_AT,
  NONE,
  OP_REGEX,
  PLAN_NODE_CHAIN_AT,
  PLAN_NODE_END_AT,
  PLAN_NODE_GATE_END_AT,
  PLAN_NODE_GATE_START_AT,
  PLAN_NODE_SIZE,
  PLAN_NODE_TRANSFORM_AT,
  REGEX_TEST_ALL_CLAUSES_AT,
  REGEX_TEST_CLAUSE_START_AT,
  REGEX_TEST_REGEX_AT,
  REGEX_TEST_SIZE,
  SECTION_CHAINS,
  SECTION_CLAUSES,
  SECTION_GATES,
  SECTION_KIND_PLANS,
  SECTION_LEAVES,
  SECTION_NAME_BUCKETS,
  SECTION_NAMES,
  SECTION_PLAN_NODES,
  SECTION_PLANS,
  SECTION_PROFILE_ROWS,
  SECTION_REGEX_TESTS,
  SECTION_REGEXES,
  TRANSFORM_SQL_HEX_DECODE,
} from '../layout.gen';
import { isPartition, isText } from './check-span';
import { count, number, record } from './section';

/** Deeper trees of transforms than any chain has steps are refused: visiting them recurses. */
const MAX_DEPTH: u32 = 32;

export function checkPlans(): i32 {
  if (count(SECTION_PROFILE_ROWS) != 256 || count(SECTION_KIND_PLANS) != KINDS)
    return LOAD_BAD_PLAN;
  if (!areKindPlans() || !areNames() || !arePlans() || !areGates() || !areRegexTests()) {
    return LOAD_BAD_PLAN;
  }
  return LOAD_OK;
}

function areKindPlans(): bool {
  for (let kind: u32 = 0; kind < <u32>KINDS; kind++) {
    const entry = record(SECTION_KIND_PLANS, kind, KIND_PLAN_SIZE);
    if (load<u32>(entry, KIND_PLAN_PLAN_AT) >= count(SECTION_PLANS)) return false;
  }
  return true;
}

function areNames(): bool {
  const buckets = count(SECTION_NAME_BUCKETS);
  if (buckets == 0 || (buckets & (buckets - 1)) != 0) return false;
  if (!isPartition(SECTION_NAME_BUCKETS, 4, 0, count(SECTION_NAMES))) return false;
  const plans = count(SECTION_PLANS);
  for (let i: u32 = 0, n = count(SECTION_NAMES); i < n; i++) {
    const name = record(SECTION_NAMES, i, NAME_SIZE);
    if (load<u32>(name, NAME_PLAN_AT) >= plans) return false;
    if (load<u32>(name, NAME_FIRST_PLAN_AT) >= plans) return false;
    if (!isText(load<u32>(name, NAME_TEXT_START_AT), load<u16>(name, NAME_TEXT_LEN_AT)))
      return false;
  }
  return true;
}

/** Plan 0 is the empty one; of the others the first node is the root of all their nodes. */
function arePlans(): bool {
  const plans = count(SECTION_PLANS);
  if (plans == 0 || !isPartition(SECTION_PLANS, 4, 0, count(SECTION_PLAN_NODES))) return false;
  for (let i: u32 = 0; i < plans; i++) {
    const from = number(SECTION_PLANS, i);
    const to = number(SECTION_PLANS, i + 1);
    if (from != to && !isTree(from, to)) return false;
  }
  return true;
}

/** Preorder: the subtree of a node ends inside that of its parent. */
function isTree(from: u32, to: u32): bool {
  if (endOf(from) != to) return false;
  for (let i = from; i < to; i++) {
    const end = endOf(i);
    if (end <= i || end > to || !isNode(i)) return false;
    if (!closesInside(from, i, end)) return false;
  }
  return true;
}

function endOf(node: u32): u32 {
  return load<u32>(record(SECTION_PLAN_NODES, node, PLAN_NODE_SIZE), PLAN_NODE_END_AT);
}

/** Walks down from the root to the node: every subtree on the way encloses that of the node. */
function closesInside(root: u32, node: u32, end: u32): bool {
  let at = root;
  let depth: u32 = 0;
  while (at < node) {
    if (node < endOf(at)) {
      if (end > endOf(at) || ++depth > MAX_DEPTH) return false;
      at++;
    } else {
      at = endOf(at);
    }
  }
  return at == node;
}

function isNode(index: u32): bool {
  const node = record(SECTION_PLAN_NODES, index, PLAN_NODE_SIZE);
  const chain = load<u32>(node, PLAN_NODE_CHAIN_AT);
  if (chain != NONE && chain >= count(SECTION_CHAINS)) return false;
  if (<i32>load<u8>(node, PLAN_NODE_TRANSFORM_AT) > TRANSFORM_SQL_HEX_DECODE) return false;
  const end = load<u32>(node, PLAN_NODE_GATE_END_AT);
  return load<u32>(node, PLAN_NODE_GATE_START_AT) <= end && end <= count(SECTION_GATES);
}

/** Only leaves with a regular expression wait for literals. */
function areGates(): bool {
  for (let i: u32 = 0, n = count(SECTION_GATES); i < n; i++) {
    const gate = record(SECTION_GATES, i, GATE_SIZE);
    const leaf = load<u32>(gate, GATE_LEAF_AT);
    if (leaf >= count(SECTION_LEAVES)) return false;
    if ((load<u32>(gate, GATE_FLAGS_AT) & GATE_IS_LITERAL) == 0) continue;
    const op: i32 = load<u8>(record(SECTION_LEAVES, leaf, LEAF_SIZE), LEAF_OP_AT);
    if (op != OP_REGEX) return false;
  }
  return true;
}

function areRegexTests(): bool {
  const clauses = count(SECTION_CLAUSES);
  if (!isPartition(SECTION_REGEX_TESTS, REGEX_TEST_SIZE, REGEX_TEST_CLAUSE_START_AT, clauses)) {
    return false;
  }
  for (let i: u32 = 0, n = count(SECTION_REGEX_TESTS); i < n; i++) {
    const test = record(SECTION_REGEX_TESTS, i, REGEX_TEST_SIZE);
    if (load<u32>(test, REGEX_TEST_REGEX_AT) >= count(SECTION_REGEXES)) return false;
    const from = load<u32>(test, REGEX_TEST_CLAUSE_START_AT);
    const own = load<u32>(test + REGEX_TEST_SIZE, REGEX_TEST_CLAUSE_START_AT) - from;
    if (own > MAX_CLAUSES) return false;
    if (load<u32>(test, REGEX_TEST_ALL_CLAUSES_AT) != (1 << own) - 1) return false;
  }
  return true;
}
