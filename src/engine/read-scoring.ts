import {
  CATEGORY_NAME_LEN_AT,
  CATEGORY_NAME_START_AT,
  CATEGORY_SIZE,
  CATEGORY_THRESHOLD_AT,
  HEADER_SIZE,
  NO_THRESHOLD,
  RULE_SCORE_START_AT,
  RULE_SIZE,
  SCORE_CATEGORY_AT,
  SCORE_POINTS_AT,
  SCORE_SIZE,
  SECTION_CATEGORIES,
  SECTION_COUNT_AT,
  SECTION_OFFSET_AT,
  SECTION_RULES,
  SECTION_SCORES,
  SECTION_SIZE,
  SECTION_TEXT,
} from '../config/layout.gen.ts';

/** How the rules of a program add up. */
export interface Scoring {
  /** By category; categories that never block are left out. */
  readonly thresholds: Readonly<Record<string, number>>;
  /** By index of the rule, then by category: the points that the rule adds. */
  readonly points: readonly Readonly<Record<string, number>>[];
}

/** Reads what adds up to what out of a rule program that an engine has accepted. */
export function readScoring(program: Uint8Array): Scoring {
  const view = new DataView(program.buffer, program.byteOffset, program.byteLength);
  const names: string[] = [];
  const thresholds: Record<string, number> = {};
  const [text] = section(view, SECTION_TEXT);
  const [categories, categoryCount] = section(view, SECTION_CATEGORIES);
  for (let i = 0; i < categoryCount; i++) {
    const category = categories + i * CATEGORY_SIZE;
    const start = text + view.getUint32(category + CATEGORY_NAME_START_AT, true);
    const length = view.getUint32(category + CATEGORY_NAME_LEN_AT, true);
    const name = Buffer.from(program.subarray(start, start + length)).toString('utf8');
    const threshold = view.getInt32(category + CATEGORY_THRESHOLD_AT, true);
    names.push(name);
    if (threshold !== NO_THRESHOLD) thresholds[name] = threshold;
  }
  return { thresholds, points: pointsOf(view, names) };
}

function pointsOf(view: DataView, names: readonly string[]): Record<string, number>[] {
  const [rules, ruleCount] = section(view, SECTION_RULES);
  const [scores] = section(view, SECTION_SCORES);
  return Array.from({ length: ruleCount }, (_, index) => {
    const rule = rules + index * RULE_SIZE;
    const end = view.getUint32(rule + RULE_SIZE + RULE_SCORE_START_AT, true);
    const points: Record<string, number> = {};
    for (let i = view.getUint32(rule + RULE_SCORE_START_AT, true); i < end; i++) {
      const score = scores + i * SCORE_SIZE;
      const name = names[view.getUint32(score + SCORE_CATEGORY_AT, true)] ?? '';
      points[name] = (points[name] ?? 0) + view.getInt32(score + SCORE_POINTS_AT, true);
    }
    return points;
  });
}

/** The records of rules have a sentinel behind them, which is not counted here. */
function section(view: DataView, index: number): [offset: number, count: number] {
  const entry = HEADER_SIZE + index * SECTION_SIZE;
  const offset = view.getUint32(entry + SECTION_OFFSET_AT, true);
  return [offset, view.getUint32(entry + SECTION_COUNT_AT, true)];
}
