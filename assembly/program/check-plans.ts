/** Checks what leads from a value to its tests: plans, their nodes, gates, names, and clauses. */
import {
  GATE_FLAGS_AT,
  GATE_IS_ARMED,
  GATE_LEAF_AT,
  GATE_SIZE,
  KIND_PLAN_PATTERN_END_AT,
  KIND_PLAN_PATTERN_START_AT,
  KIND_PLAN_PLAN_AT,
  KIND_PLAN_SIZE,
  KINDS,
  LEAF_OP_AT,
  LEAF_SIZE,
  LOAD_BAD_PLAN,
  LOAD_OK,
  MAX_CLAUSES,
  MAX_NAME_PATTERNS,
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
  SECTION_NAME_PATTERNS,
  SECTION_NAMES,
  SECTION_PLAN_NODES,
  SECTION_PLANS,
  SECTION_PROFILE_ROWS,
  SECTION_REGEX_TESTS,
  SECTION_REGEXES,
  TRANSFORM_SQL_HEX_DECODE,
} from '../layout.gen';
import { runEnd, runStart } from './check-run';
import { checkPartition, isText } from './check-span';
import { count, record } from './section';

export const PLAN_STAGES: u32 = 8;

/** Goes on with a stage of the check where it stands (check-run.ts). */
export function checkPlanStage(stage: u32): i32 {
  switch (stage) {
    case 0:
      return checkKindPlans();
    case 1:
      return checkNameBuckets();
    case 2:
      return checkNames();
    case 3:
      return checkPlans();
    case 4:
      return checkNodes();
    case 5:
      return checkGates();
    case 6: {
      const field = REGEX_TEST_CLAUSE_START_AT;
      const clauses = count(SECTION_CLAUSES);
      return checkPartition(SECTION_REGEX_TESTS, REGEX_TEST_SIZE, field, clauses, LOAD_BAD_PLAN);
    }
    default:
      return checkRegexTests();
  }
}

function checkKindPlans(): i32 {
  if (count(SECTION_PROFILE_ROWS) != 256 || count(SECTION_KIND_PLANS) != KINDS) {
    return LOAD_BAD_PLAN;
  }
  const start = runStart();
  const end = runEnd(count(SECTION_KIND_PLANS));
  for (let kind = start; kind < end; kind++) {
    const entry = record(SECTION_KIND_PLANS, kind, KIND_PLAN_SIZE);
    if (load<u32>(entry, KIND_PLAN_PLAN_AT) >= count(SECTION_PLANS)) return LOAD_BAD_PLAN;
    const from = load<u32>(entry, KIND_PLAN_PATTERN_START_AT);
    const to = load<u32>(entry, KIND_PLAN_PATTERN_END_AT);
    if (from > to || to > count(SECTION_NAME_PATTERNS) || to - from > MAX_NAME_PATTERNS) {
      return LOAD_BAD_PLAN;
    }
  }
  return LOAD_OK;
}

/** The number of buckets is a power of two: a hash is cut down to it with a mask. */
function checkNameBuckets(): i32 {
  const buckets = count(SECTION_NAME_BUCKETS);
  if (buckets == 0 || (buckets & (buckets - 1)) != 0) return LOAD_BAD_PLAN;
  return checkPartition(SECTION_NAME_BUCKETS, 4, 0, count(SECTION_NAMES), LOAD_BAD_PLAN);
}

function checkNames(): i32 {
  const plans = count(SECTION_PLANS);
  const start = runStart();
  const end = runEnd(count(SECTION_NAMES));
  for (let i = start; i < end; i++) {
    const name = record(SECTION_NAMES, i, NAME_SIZE);
    const text = load<u32>(name, NAME_TEXT_START_AT);
    if (load<u32>(name, NAME_PLAN_AT) >= plans) return LOAD_BAD_PLAN;
    if (load<u32>(name, NAME_FIRST_PLAN_AT) >= plans) return LOAD_BAD_PLAN;
    if (!isText(text, load<u16>(name, NAME_TEXT_LEN_AT))) return LOAD_BAD_PLAN;
  }
  return LOAD_OK;
}

function checkPlans(): i32 {
  if (count(SECTION_PLANS) == 0) return LOAD_BAD_PLAN;
  return checkPartition(SECTION_PLANS, 4, 0, count(SECTION_PLAN_NODES), LOAD_BAD_PLAN);
}

/** Subtrees end behind their root and inside the table. That they nest is not needed for safety. */
function checkNodes(): i32 {
  const nodes = count(SECTION_PLAN_NODES);
  const start = runStart();
  const end = runEnd(nodes);
  for (let i = start; i < end; i++) {
    const node = record(SECTION_PLAN_NODES, i, PLAN_NODE_SIZE);
    const subtreeEnd = load<u32>(node, PLAN_NODE_END_AT);
    if (subtreeEnd <= i || subtreeEnd > nodes || !isNode(node)) return LOAD_BAD_PLAN;
  }
  return LOAD_OK;
}

function isNode(node: usize): bool {
  const chain = load<u32>(node, PLAN_NODE_CHAIN_AT);
  if (chain != NONE && chain >= count(SECTION_CHAINS)) return false;
  if (<i32>load<u8>(node, PLAN_NODE_TRANSFORM_AT) > TRANSFORM_SQL_HEX_DECODE) return false;
  const end = load<u32>(node, PLAN_NODE_GATE_END_AT);
  return load<u32>(node, PLAN_NODE_GATE_START_AT) <= end && end <= count(SECTION_GATES);
}

/** Only leaves with a regular expression have clauses. */
function checkGates(): i32 {
  const start = runStart();
  const end = runEnd(count(SECTION_GATES));
  for (let i = start; i < end; i++) {
    const gate = record(SECTION_GATES, i, GATE_SIZE);
    const leaf = load<u32>(gate, GATE_LEAF_AT);
    if (leaf >= count(SECTION_LEAVES)) return LOAD_BAD_PLAN;
    if ((load<u32>(gate, GATE_FLAGS_AT) & GATE_IS_ARMED) == 0) continue;
    const op: i32 = load<u8>(record(SECTION_LEAVES, leaf, LEAF_SIZE), LEAF_OP_AT);
    if (op != OP_REGEX) return LOAD_BAD_PLAN;
  }
  return LOAD_OK;
}

function checkRegexTests(): i32 {
  const start = runStart();
  const end = runEnd(count(SECTION_REGEX_TESTS));
  for (let i = start; i < end; i++) {
    const test = record(SECTION_REGEX_TESTS, i, REGEX_TEST_SIZE);
    if (load<u32>(test, REGEX_TEST_REGEX_AT) >= count(SECTION_REGEXES)) return LOAD_BAD_PLAN;
    const from = load<u32>(test, REGEX_TEST_CLAUSE_START_AT);
    const clauses = load<u32>(test + REGEX_TEST_SIZE, REGEX_TEST_CLAUSE_START_AT) - from;
    if (clauses > MAX_CLAUSES) return LOAD_BAD_PLAN;
    if (load<u32>(test, REGEX_TEST_ALL_CLAUSES_AT) != (1 << clauses) - 1) return LOAD_BAD_PLAN;
  }
  return LOAD_OK;
}
