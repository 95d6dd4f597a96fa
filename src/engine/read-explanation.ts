import {
  CATEGORY_NAME_LEN_AT,
  CATEGORY_NAME_START_AT,
  CATEGORY_SIZE,
  EXPLANATION_ACTION_AT,
  EXPLANATION_LISTED_AT,
  EXPLANATION_REASON_AT,
  EXPLANATION_RULE_AT,
  EXPLANATION_SCORES_AT,
  EXPLANATION_SIZE,
  EXPLANATION_STEPS_AT,
  HEADER_SIZE,
  MATCH_FLAGS_AT,
  MATCH_ID_AT_AT,
  MATCH_ID_LEN_AT,
  MATCH_IS_SHADOW,
  MATCH_KIND_AT,
  MATCH_LENGTH_AT,
  MATCH_NAME_AT_AT,
  MATCH_NAME_LEN_AT,
  MATCH_OFFSET_AT,
  MATCH_RULE_AT,
  MATCH_SIZE,
  NONE,
  PROGRAM_BASE,
  REASON_BUDGET,
  REASON_NO_MATCH,
  REASON_RULE,
  REASON_THRESHOLD,
  RULE_ID_START_AT,
  RULE_SIZE,
  SECTION_CATEGORIES,
  SECTION_COUNT_AT,
  SECTION_OFFSET_AT,
  SECTION_RULES,
  SECTION_SIZE,
  SECTION_TEXT,
} from '../config/layout.gen.ts';
import { readLocated } from './read-located.ts';
import { targetName } from './target-name.ts';
import type { ActionCode, Explanation, Match } from './verdict.ts';

const REASONS: ReadonlyMap<number, Explanation['reason']> = new Map([
  [REASON_NO_MATCH, 'no-match'],
  [REASON_RULE, 'rule'],
  [REASON_THRESHOLD, 'threshold'],
  [REASON_BUDGET, 'budget'],
]);

/** Address of what a listed match saw, 0 when that is not known: `locate_match` of the engine. */
export type LocateMatch = (index: number) => number;

/**
 * Reads the explanation record at `at` in the memory of an engine whose program has been checked. The
 * request record must still be where it was: matches point at names in it. Without `locate`, matches have
 * no excerpts.
 */
export function readExplanation(
  memory: ArrayBuffer,
  at: number,
  locate: LocateMatch = () => 0,
): Explanation {
  const view = new DataView(memory);
  const rule = view.getUint32(at + EXPLANATION_RULE_AT, true);
  const listed = view.getUint32(at + EXPLANATION_LISTED_AT, true);
  return {
    action: view.getUint8(at + EXPLANATION_ACTION_AT) as ActionCode,
    rule: rule === NONE ? null : ruleId(view, rule),
    reason: REASONS.get(view.getUint8(at + EXPLANATION_REASON_AT)) ?? 'no-match',
    matches: Array.from({ length: listed }, (_, i) =>
      readMatch(view, at + EXPLANATION_SIZE + i * MATCH_SIZE, locate(i)),
    ),
    score: readScores(view, at + EXPLANATION_SCORES_AT),
    steps: view.getUint32(at + EXPLANATION_STEPS_AT, true),
  };
}

const NOT_LOCATED = { transforms: [] as readonly string[], excerpt: null };

function readMatch(view: DataView, at: number, located: number): Match {
  const span = (address: number, length: number) =>
    readText(view, view.getUint32(at + address, true), view.getUint32(at + length, true));
  const name = span(MATCH_NAME_AT_AT, MATCH_NAME_LEN_AT);
  return {
    rule: span(MATCH_ID_AT_AT, MATCH_ID_LEN_AT),
    ruleIndex: view.getUint32(at + MATCH_RULE_AT, true),
    shadow: (view.getUint8(at + MATCH_FLAGS_AT) & MATCH_IS_SHADOW) !== 0,
    target: targetName(view.getUint8(at + MATCH_KIND_AT), name),
    offset: view.getUint32(at + MATCH_OFFSET_AT, true),
    length: view.getUint32(at + MATCH_LENGTH_AT, true),
    ...(located === 0 ? NOT_LOCATED : readLocated(view, located)),
  };
}

/** Categories without points are left out. */
function readScores(view: DataView, at: number): Record<string, number> {
  const score: Record<string, number> = {};
  const [categories, count] = section(view, SECTION_CATEGORIES);
  const [text] = section(view, SECTION_TEXT);
  for (let i = 0; i < count; i++) {
    const points = view.getInt32(at + i * 4, true);
    if (points === 0) continue;
    const category = categories + i * CATEGORY_SIZE;
    const start = text + view.getUint32(category + CATEGORY_NAME_START_AT, true);
    const name = readText(view, start, view.getUint32(category + CATEGORY_NAME_LEN_AT, true));
    score[name] = points;
  }
  return score;
}

function ruleId(view: DataView, index: number): string {
  const rule = section(view, SECTION_RULES)[0] + index * RULE_SIZE;
  const start = view.getUint32(rule + RULE_ID_START_AT, true);
  const end = view.getUint32(rule + RULE_SIZE + RULE_ID_START_AT, true);
  return readText(view, section(view, SECTION_TEXT)[0] + start, end - start);
}

function section(view: DataView, index: number): [address: number, count: number] {
  const entry = PROGRAM_BASE + HEADER_SIZE + index * SECTION_SIZE;
  return [
    PROGRAM_BASE + view.getUint32(entry + SECTION_OFFSET_AT, true),
    view.getUint32(entry + SECTION_COUNT_AT, true),
  ];
}

function readText(view: DataView, at: number, length: number): string {
  return Buffer.from(view.buffer, at, length).toString('utf8');
}
