/** Writes the explanation record of the last verdict; it is drawn in DESIGN.md. */
import {
  ARENA_EXPLANATION,
  ARENA_FIELDS,
  EVIDENCE_LENGTH_AT,
  EVIDENCE_OFFSET_AT,
  EVIDENCE_VIEW_AT,
  EXPLANATION_ACTION_AT,
  EXPLANATION_CATEGORIES_AT,
  EXPLANATION_FLAGS_AT,
  EXPLANATION_LISTED_AT,
  EXPLANATION_MATCH_COUNT_AT,
  EXPLANATION_REASON_AT,
  EXPLANATION_RULE_AT,
  EXPLANATION_SIZE,
  EXPLANATION_STEPS_AT,
  FIELD_KIND_AT,
  FIELD_NAME_AT_AT,
  FIELD_NAME_LEN_AT,
  FIELD_SIZE,
  MATCH_FLAGS_AT,
  MATCH_ID_AT_AT,
  MATCH_ID_LEN_AT,
  MATCH_IS_SHADOW,
  MATCH_KIND_AT,
  MATCH_LENGTH_AT,
  MATCH_MATCHED_AT,
  MATCH_NAME_AT_AT,
  MATCH_NAME_LEN_AT,
  MATCH_OFFSET_AT,
  MATCH_RULE_AT,
  MATCH_SIZE,
  MATCHED_LEAF_AT,
  MATCHED_RULE_AT,
  NONE,
  PROGRAM_MAX_MATCHES_EXPLAINED,
  RULE_ID_START_AT,
  RULE_SIZE,
  SECTION_CATEGORIES,
  SECTION_RULES,
  SECTION_TEXT,
} from '../layout.gen';
import { evidenceOf } from '../match/leaf-state';
import { count, record, table } from '../program/section';
import { stepsExplained } from '../steps';
import { renewQuestions } from './locate-match';
import { matchedAt, matchedCount } from './match-rules';
import { action, decidedBy, isShadow, isTakenOut, reason } from './verdict';

export function writeExplanation(flags: u32, categories: u32): void {
  store<u8>(ARENA_EXPLANATION, <u8>action, EXPLANATION_ACTION_AT);
  store<u8>(ARENA_EXPLANATION, <u8>reason, EXPLANATION_REASON_AT);
  store<u16>(ARENA_EXPLANATION, <u16>flags, EXPLANATION_FLAGS_AT);
  store<u32>(ARENA_EXPLANATION, decidedBy, EXPLANATION_RULE_AT);
  store<u32>(ARENA_EXPLANATION, stepsExplained(), EXPLANATION_STEPS_AT);
  store<u32>(ARENA_EXPLANATION, categories, EXPLANATION_CATEGORIES_AT);
  writeMatches();
  renewQuestions();
}

/** Matching rules in the order of the program; those that were taken out are not among them. */
function writeMatches(): void {
  let total: u32 = 0;
  let listed: u32 = 0;
  for (let i: u32 = 0, n = matchedCount(); i < n; i++) {
    const matched = matchedAt(i);
    if (isTakenOut(load<u32>(matched, MATCHED_RULE_AT))) continue;
    total++;
    if (listed < PROGRAM_MAX_MATCHES_EXPLAINED) {
      const at = ARENA_EXPLANATION + EXPLANATION_SIZE + <usize>listed * MATCH_SIZE;
      writeMatch(at, matched);
      store<u16>(at, <u16>i, MATCH_MATCHED_AT);
      listed++;
    }
  }
  store<u32>(ARENA_EXPLANATION, total, EXPLANATION_MATCH_COUNT_AT);
  store<u32>(ARENA_EXPLANATION, listed, EXPLANATION_LISTED_AT);
}

function writeMatch(at: usize, matched: usize): void {
  const index = load<u32>(matched, MATCHED_RULE_AT);
  const rule = record(SECTION_RULES, index, RULE_SIZE);
  const idStart = load<u32>(rule, RULE_ID_START_AT);
  memory.fill(at, 0, MATCH_SIZE);
  store<u32>(at, index, MATCH_RULE_AT);
  store<u8>(at, isShadow(rule) ? <u8>MATCH_IS_SHADOW : 0, MATCH_FLAGS_AT);
  store<u32>(at, <u32>table(SECTION_TEXT) + idStart, MATCH_ID_AT_AT);
  store<u32>(at, load<u32>(rule + RULE_SIZE, RULE_ID_START_AT) - idStart, MATCH_ID_LEN_AT);
  const leaf = load<u32>(matched, MATCHED_LEAF_AT);
  const evidence: usize = leaf == NONE ? 0 : evidenceOf(leaf);
  if (evidence != 0) writeEvidence(at, evidence);
}

function writeEvidence(at: usize, evidence: usize): void {
  const view = load<u32>(evidence, EVIDENCE_VIEW_AT);
  const field = ARENA_FIELDS + <usize>(view >> 1) * FIELD_SIZE;
  store<u8>(at, <u8>(load<u32>(field, FIELD_KIND_AT) + (view & 1)), MATCH_KIND_AT);
  store<u32>(at, load<u32>(field, FIELD_NAME_AT_AT), MATCH_NAME_AT_AT);
  store<u32>(at, load<u32>(field, FIELD_NAME_LEN_AT), MATCH_NAME_LEN_AT);
  store<u32>(at, load<u32>(evidence, EVIDENCE_OFFSET_AT), MATCH_OFFSET_AT);
  store<u32>(at, load<u32>(evidence, EVIDENCE_LENGTH_AT), MATCH_LENGTH_AT);
}

/** Number of score categories of the program. */
export function categoryCount(): u32 {
  return count(SECTION_CATEGORIES);
}
