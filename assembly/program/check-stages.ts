/**
 * The stages of the check, in the order in which they build on each other: a column that divides a table
 * is checked before anything reads along it. A new table adds its stages here and nowhere else.
 */
import {
  IP_SET_SIZE,
  IP_SET_V4_START_AT,
  IP_SET_V6_START_AT,
  LOAD_BAD_LEAF,
  LOAD_BAD_OPERAND,
  LOAD_BAD_RULE,
  PATTERN_PART_START_AT,
  PATTERN_SIZE,
  RULE_BRANCH_START_AT,
  RULE_ID_START_AT,
  RULE_SCORE_START_AT,
  RULE_SKIP_START_AT,
  SECTION_ALWAYS,
  SECTION_BRANCHES,
  SECTION_CLASSES,
  SECTION_IP_SETS,
  SECTION_IP4_RANGES,
  SECTION_IP6_RANGES,
  SECTION_LEAVES,
  SECTION_OVERLAY_CLASSES,
  SECTION_PARTS,
  SECTION_PATTERNS,
  SECTION_RESPONSE_ALWAYS,
  SECTION_RULES,
  SECTION_SCORES,
  SECTION_SKIPS,
  SECTION_SOURCES,
  SECTION_TEXT,
  SECTION_TRIGGERS,
} from '../layout.gen';
import { AUTOMATON_STAGES, checkAutomatonStage } from './check-automaton';
import { CAPTURE_STAGES, checkCaptureStage } from './check-captures';
import { checkLeaves, checkSourceStarts, checkTriggerStarts } from './check-leaves';
import { checkLiteralStage, LITERAL_STAGES } from './check-literals';
import { checkParts } from './check-operands';
import { checkPlanStage, PLAN_STAGES } from './check-plans';
import { checkRegexStage, REGEX_STAGES } from './check-regexes';
import {
  checkBranches,
  checkCategories,
  checkRuleColumn,
  checkRules,
  checkScores,
  checkSkips,
} from './check-rules';
import { checkScopeStage, SCOPE_STAGES } from './check-scopes';
import { checkBelow, checkPartition } from './check-span';
import { checkChainSteps, checkChains, checkSelectors, checkTargetSets } from './check-targets';
import { count } from './section';

const TARGET_STAGES: u32 = 4;
const OPERAND_STAGES: u32 = 4;
const RULE_STAGES: u32 = 11;
const LEAF_STAGES: u32 = 5;

const OPERANDS: u32 = TARGET_STAGES;
const RULES: u32 = OPERANDS + OPERAND_STAGES;
const LEAVES: u32 = RULES + RULE_STAGES;
const LITERALS: u32 = LEAVES + LEAF_STAGES;
const AUTOMATON: u32 = LITERALS + LITERAL_STAGES;

const OVERLAY: u32 = AUTOMATON + AUTOMATON_STAGES;
const REGEXES: u32 = OVERLAY + AUTOMATON_STAGES;
const PLANS: u32 = REGEXES + REGEX_STAGES;

const CAPTURES: u32 = PLANS + PLAN_STAGES;

const SCOPES: u32 = CAPTURES + CAPTURE_STAGES;

export const STAGES: u32 = SCOPES + SCOPE_STAGES;

/** Goes on with a stage where it stands (check-run.ts). Returns LOAD_OK or what is wrong. */
export function checkStage(stage: u32): i32 {
  if (stage < OPERANDS) return checkTargetStage(stage);
  if (stage < RULES) return checkOperandStage(stage - OPERANDS);
  if (stage < LEAVES) return checkRuleStage(stage - RULES);
  if (stage < LITERALS) return checkLeafStage(stage - LEAVES);
  if (stage < AUTOMATON) return checkLiteralStage(stage - LITERALS);
  if (stage < OVERLAY) return checkAutomatonStage(stage - AUTOMATON, SECTION_CLASSES);
  if (stage < REGEXES) return checkAutomatonStage(stage - OVERLAY, SECTION_OVERLAY_CLASSES);
  if (stage < PLANS) return checkRegexStage(stage - REGEXES);
  if (stage < CAPTURES) return checkPlanStage(stage - PLANS);
  if (stage < SCOPES) return checkCaptureStage(stage - CAPTURES);
  return checkScopeStage(stage - SCOPES);
}

function checkTargetStage(stage: u32): i32 {
  switch (stage) {
    case 0:
      return checkTargetSets();
    case 1:
      return checkSelectors();
    case 2:
      return checkChains();
    default:
      return checkChainSteps();
  }
}

function checkOperandStage(stage: u32): i32 {
  switch (stage) {
    case 0: {
      const parts = count(SECTION_PARTS);
      const field = PATTERN_PART_START_AT;
      return checkPartition(SECTION_PATTERNS, PATTERN_SIZE, field, parts, LOAD_BAD_OPERAND);
    }
    case 1:
      return checkParts();
    case 2:
      return checkIpSetColumn(IP_SET_V4_START_AT, count(SECTION_IP4_RANGES));
    default:
      return checkIpSetColumn(IP_SET_V6_START_AT, count(SECTION_IP6_RANGES));
  }
}

function checkIpSetColumn(field: usize, ranges: u32): i32 {
  return checkPartition(SECTION_IP_SETS, IP_SET_SIZE, field, ranges, LOAD_BAD_OPERAND);
}

function checkRuleStage(stage: u32): i32 {
  switch (stage) {
    case 0:
      return checkRuleColumn(RULE_BRANCH_START_AT, count(SECTION_BRANCHES));
    case 1:
      return checkRuleColumn(RULE_SCORE_START_AT, count(SECTION_SCORES));
    case 2:
      return checkRuleColumn(RULE_SKIP_START_AT, count(SECTION_SKIPS));
    case 3:
      return checkRuleColumn(RULE_ID_START_AT, count(SECTION_TEXT));
    case 4:
      return checkRules();
    case 5:
      return checkBranches();
    case 6:
      return checkBelow(SECTION_ALWAYS, count(SECTION_RULES), LOAD_BAD_RULE);
    case 7:
      return checkBelow(SECTION_RESPONSE_ALWAYS, count(SECTION_RULES), LOAD_BAD_RULE);
    case 8:
      return checkCategories();
    case 9:
      return checkScores();
    default:
      return checkSkips();
  }
}

function checkLeafStage(stage: u32): i32 {
  switch (stage) {
    case 0:
      return checkTriggerStarts();
    case 1:
      return checkBelow(SECTION_TRIGGERS, count(SECTION_RULES), LOAD_BAD_LEAF);
    case 2:
      return checkSourceStarts();
    case 3:
      return checkBelow(SECTION_SOURCES, count(SECTION_LEAVES), LOAD_BAD_LEAF);
    default:
      return checkLeaves();
  }
}
