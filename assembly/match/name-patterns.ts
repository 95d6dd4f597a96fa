/**
 * Names that selectors describe by a regular expression: `cookies[/^_ga/]`. Each kind has at most eight
 * such patterns. The patterns of a view's kind are run on its name once per request; bit i of the answer
 * says that pattern i matches.
 *
 *   view_patterns   u16 per view: 0 as long as it is not known, else the bits and KNOWN
 */
import {
  ARENA_VIEW_PATTERNS,
  KIND_PLAN_PATTERN_END_AT,
  KIND_PLAN_PATTERN_START_AT,
  KIND_PLAN_SIZE,
  SECTION_NAME_PATTERNS,
} from '../layout.gen';
import { count, number } from '../program/section';
import { kindPlanTable } from '../program/tables';
import { fieldCount } from '../request/fields';
import { charge } from '../steps';
import { regexMatches } from './regex/run-regex';
import { viewId, viewKind, viewNameAt, viewNameLen } from './view';

const KNOWN: u32 = 0x8000;

/** Before the first view of a request. */
export function clearNamePatterns(): void {
  if (count(SECTION_NAME_PATTERNS) == 0) return;
  memory.fill(ARENA_VIEW_PATTERNS, 0, (<usize>fieldCount()) << 2);
}

/** Bit i: the name of the current view matches pattern i of its kind. */
export function namePatterns(): u32 {
  const memo = ARENA_VIEW_PATTERNS + ((<usize>viewId) << 1);
  const known: u32 = load<u16>(memo);
  if (known != 0) return known & ~KNOWN;
  const bits = matchPatterns();
  store<u16>(memo, <u16>(bits | KNOWN));
  return bits;
}

function matchPatterns(): u32 {
  const entry = kindPlanTable + <usize>viewKind * KIND_PLAN_SIZE;
  const start = load<u32>(entry, KIND_PLAN_PATTERN_START_AT);
  const end = load<u32>(entry, KIND_PLAN_PATTERN_END_AT);
  let bits: u32 = 0;
  charge(1 + end - start);
  for (let i = start; i < end; i++) {
    const regex = number(SECTION_NAME_PATTERNS, i);
    if (regexMatches(regex, viewNameAt, viewNameLen)) bits |= 1 << (i - start);
  }
  return bits;
}
