/** Thresholds that count for some requests only; looked up once a request has a score at all. */
import {
  CATEGORY_SIZE,
  CATEGORY_THRESHOLD_AT,
  NONE,
  SCOPE_BRANCH_START_AT,
  SCOPE_SIZE,
  SECTION_CATEGORIES,
  SECTION_SCOPE_BRANCHES,
  SECTION_SCOPE_THRESHOLDS,
  SECTION_SCOPES,
} from '../layout.gen';
import { count, number, record } from '../program/section';
import { charge, exhausted } from '../steps';
import { conditionHolds } from './rule-condition';

/** The first scope that the request is in, or NONE. */
export function findScope(): u32 {
  const scopes = count(SECTION_SCOPES);
  for (let i: u32 = 0; i < scopes && !exhausted(); i++) {
    charge(1);
    const start = load<u32>(record(SECTION_SCOPES, i, SCOPE_SIZE), SCOPE_BRANCH_START_AT);
    if (conditionHolds(SECTION_SCOPE_BRANCHES, start)) return i;
  }
  return NONE;
}

/** `scope`: what findScope answered. */
export function thresholdOf(category: u32, scope: u32): i32 {
  if (scope != NONE) {
    return <i32>number(SECTION_SCOPE_THRESHOLDS, scope * count(SECTION_CATEGORIES) + category);
  }
  return load<i32>(record(SECTION_CATEGORIES, category, CATEGORY_SIZE), CATEGORY_THRESHOLD_AT);
}
