/**
 * Shows a match of the explanation: the value in the form in which the rule's leaf saw it, and the bytes
 * of it that satisfied the leaf. Hosts ask for it after the verdict, match by match, so inspections pay
 * nothing. All questions about one request together may cost as much as its inspection may.
 *
 *   located, behind the last match of the explanation: | value | length | offset | length | chain |
 */
import {
  ARENA_EXPLANATION,
  EVIDENCE_LENGTH_AT,
  EVIDENCE_OFFSET_AT,
  EXPLANATION_LISTED_AT,
  EXPLANATION_SIZE,
  LEAF_CHAIN_AT,
  LEAF_FLAGS_AT,
  LEAF_IS_NEGATED,
  LEAF_OP_AT,
  LEAF_OPERAND_AT,
  LEAF_SIZE,
  LOCATED_CHAIN_AT,
  LOCATED_LENGTH_AT,
  LOCATED_OFFSET_AT,
  LOCATED_VALUE_AT_AT,
  LOCATED_VALUE_LEN_AT,
  MATCH_MATCHED_AT,
  MATCH_SIZE,
  MATCHED_LEAF_AT,
  NONE,
  OP_BYTE_RANGE,
  OP_LITERAL,
  OP_REGEX,
  OP_TEXTS,
  PROGRAM_MAX_MATCHES_EXPLAINED,
  REGEX_TEST_REGEX_AT,
  REGEX_TEST_SIZE,
} from '../layout.gen';
import { evidenceOf } from '../match/leaf-state';
import { findOutside, findText, textFrom, textLength } from '../match/operator';
import { locateRegex, regexEnd, regexFrom, regexMatches } from '../match/regex/run-regex';
import { programMaxSteps } from '../program/header';
import { leafTable, regexTestTable } from '../program/tables';
import { charge, exhausted, startSteps, stepsUsed } from '../steps';
import { chainAt, chainLen } from '../transforms/apply-chain';
import { matchedAt } from './match-rules';
import { openSeen } from './seen-value';

const LOCATED: usize =
  ARENA_EXPLANATION + EXPLANATION_SIZE + <usize>PROGRAM_MAX_MATCHES_EXPLAINED * MATCH_SIZE;

/** Steps that the questions about the last request may still cost. */
let left: u32 = 0;

/** A new verdict was explained. */
export function renewQuestions(): void {
  left = programMaxSteps();
}

/** Address of what match `index` of the explanation saw; 0 when it saw no value, or that cost too much. */
export function locateMatch(index: u32): usize {
  if (index >= load<u32>(ARENA_EXPLANATION, EXPLANATION_LISTED_AT)) return 0;
  const match = ARENA_EXPLANATION + EXPLANATION_SIZE + <usize>index * MATCH_SIZE;
  const leaf = load<u32>(matchedAt(load<u16>(match, MATCH_MATCHED_AT)), MATCHED_LEAF_AT);
  const evidence: usize = leaf == NONE ? 0 : evidenceOf(leaf);
  if (evidence == 0) return 0;
  startSteps(left);
  const isShown = openSeen(leaf, evidence);
  if (isShown) writeLocated(leafTable + <usize>leaf * LEAF_SIZE, evidence);
  const isTooMuch = exhausted();
  left = isTooMuch ? 0 : left - stepsUsed();
  return isShown && !isTooMuch ? LOCATED : 0;
}

function writeLocated(leaf: usize, evidence: usize): void {
  store<u32>(LOCATED, <u32>chainAt, LOCATED_VALUE_AT_AT);
  store<u32>(LOCATED, chainLen, LOCATED_VALUE_LEN_AT);
  store<u32>(LOCATED, load<u16>(leaf, LEAF_CHAIN_AT), LOCATED_CHAIN_AT);
  writeSpan(0, chainLen);
  const op: i32 = load<u8>(leaf, LEAF_OP_AT);
  const operand = load<u32>(leaf, LEAF_OPERAND_AT);
  if ((load<u16>(leaf, LEAF_FLAGS_AT) & LEAF_IS_NEGATED) != 0) {
    if (op == OP_BYTE_RANGE && findOutside(operand, chainAt, chainLen)) writeSpan(textFrom, 1);
  } else if (op == OP_LITERAL) {
    const offset = load<u32>(evidence, EVIDENCE_OFFSET_AT);
    const length = load<u32>(evidence, EVIDENCE_LENGTH_AT);
    if (length <= chainLen && offset <= chainLen - length) writeSpan(offset, length);
  } else if (op == OP_TEXTS) {
    if (findText(operand, chainAt, chainLen)) writeSpan(textFrom, textLength);
  } else if (op == OP_REGEX) {
    writeRegexSpan(operand);
  }
}

function writeRegexSpan(operand: u32): void {
  const test = regexTestTable + <usize>operand * REGEX_TEST_SIZE;
  const regex = load<u32>(test, REGEX_TEST_REGEX_AT);
  if (!regexMatches(regex, chainAt, chainLen)) return;
  charge(regexEnd);
  locateRegex(regex, chainAt);
  writeSpan(regexFrom, regexEnd - regexFrom);
}

function writeSpan(offset: u32, length: u32): void {
  store<u32>(LOCATED, offset, LOCATED_OFFSET_AT);
  store<u32>(LOCATED, length, LOCATED_LENGTH_AT);
}
