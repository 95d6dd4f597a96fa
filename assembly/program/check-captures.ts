/** Checks what captures are found and compared with: references, templates, the steps of expressions. */
import {
  BINDER_CAPTURE_AT,
  BINDER_LEAF_AT,
  BINDER_SIZE,
  CAPTURE_OP_ASSERT,
  CAPTURE_OP_BYTE,
  CAPTURE_SIZE,
  CAPTURE_STEP_OP_AT,
  CAPTURE_STEP_SET_AT,
  CAPTURE_STEP_SIZE,
  CAPTURE_STEP_START_AT,
  LOAD_BAD_LEAF,
  LOAD_BAD_OPERAND,
  LOAD_BAD_PLAN,
  LOAD_BAD_REGEX,
  LOAD_BAD_RULE,
  LOAD_OK,
  NONE,
  REFERENCE_BINDER_START_AT,
  REFERENCE_SIZE,
  SECTION_BINDERS,
  SECTION_BYTE_SETS,
  SECTION_CAPTURE_STEPS,
  SECTION_CAPTURES,
  SECTION_LATE_RULES,
  SECTION_LEAVES,
  SECTION_NAME_PATTERNS,
  SECTION_REFERENCES,
  SECTION_REGEXES,
  SECTION_RULES,
  SECTION_TEMPLATE_PARTS,
  SECTION_TEMPLATES,
  TEMPLATE_PART_REFERENCE_AT,
  TEMPLATE_PART_SIZE,
  TEMPLATE_PART_START_AT,
  TEMPLATE_PART_TEXT_LEN_AT,
  TEMPLATE_PART_TEXT_START_AT,
  TEMPLATE_SIZE,
} from '../layout.gen';
import { runEnd, runStart } from './check-run';
import { checkBelow, checkPartition, isText } from './check-span';
import { count, record } from './section';

export const CAPTURE_STAGES: u32 = 8;

/** Goes on with a stage of the check where it stands (check-run.ts). */
export function checkCaptureStage(stage: u32): i32 {
  switch (stage) {
    case 0:
      return checkColumn(
        SECTION_REFERENCES,
        REFERENCE_SIZE,
        REFERENCE_BINDER_START_AT,
        SECTION_BINDERS,
      );
    case 1:
      return checkBinders();
    case 2:
      return checkColumn(
        SECTION_TEMPLATES,
        TEMPLATE_SIZE,
        TEMPLATE_PART_START_AT,
        SECTION_TEMPLATE_PARTS,
      );
    case 3:
      return checkTemplateParts();
    case 4:
      return checkColumn(
        SECTION_CAPTURES,
        CAPTURE_SIZE,
        CAPTURE_STEP_START_AT,
        SECTION_CAPTURE_STEPS,
      );
    case 5:
      return checkCaptureSteps();
    case 6:
      return checkBelow(SECTION_NAME_PATTERNS, count(SECTION_REGEXES), LOAD_BAD_PLAN);
    default:
      return checkBelow(SECTION_LATE_RULES, count(SECTION_RULES), LOAD_BAD_RULE);
  }
}

function checkColumn(section: u32, size: usize, field: usize, other: u32): i32 {
  return checkPartition(section, size, field, count(other), LOAD_BAD_OPERAND);
}

function checkBinders(): i32 {
  const start = runStart();
  const end = runEnd(count(SECTION_BINDERS));
  for (let i = start; i < end; i++) {
    const binder = record(SECTION_BINDERS, i, BINDER_SIZE);
    if (load<u32>(binder, BINDER_LEAF_AT) >= count(SECTION_LEAVES)) return LOAD_BAD_LEAF;
    const capture = load<u32>(binder, BINDER_CAPTURE_AT);
    if (capture != NONE && capture >= count(SECTION_CAPTURES)) return LOAD_BAD_LEAF;
  }
  return LOAD_OK;
}

function checkTemplateParts(): i32 {
  const start = runStart();
  const end = runEnd(count(SECTION_TEMPLATE_PARTS));
  for (let i = start; i < end; i++) {
    const part = record(SECTION_TEMPLATE_PARTS, i, TEMPLATE_PART_SIZE);
    const reference = load<u32>(part, TEMPLATE_PART_REFERENCE_AT);
    if (reference != NONE && reference >= count(SECTION_REFERENCES)) return LOAD_BAD_OPERAND;
    const text = load<u32>(part, TEMPLATE_PART_TEXT_START_AT);
    if (!isText(text, load<u32>(part, TEMPLATE_PART_TEXT_LEN_AT))) return LOAD_BAD_OPERAND;
  }
  return LOAD_OK;
}

/** Where a step leads to is looked at when it is taken: match/regex/captures.ts. */
function checkCaptureSteps(): i32 {
  const start = runStart();
  const end = runEnd(count(SECTION_CAPTURE_STEPS));
  for (let i = start; i < end; i++) {
    const step = record(SECTION_CAPTURE_STEPS, i, CAPTURE_STEP_SIZE);
    const op: i32 = load<u8>(step, CAPTURE_STEP_OP_AT);
    if (op > CAPTURE_OP_ASSERT) return LOAD_BAD_REGEX;
    if (op != CAPTURE_OP_BYTE) continue;
    const set: u32 = load<u16>(step, CAPTURE_STEP_SET_AT);
    if (set >= count(SECTION_BYTE_SETS)) return LOAD_BAD_REGEX;
  }
  return LOAD_OK;
}
