/**
 * Decides: which of the matching rules, or which score, makes the verdict.
 *
 * 1. Rules that a matching partial allow rule names are taken out.
 * 2. Of the remaining block, ratelimit, log and allow-all rules the one with the highest priority
 *    decides; of equal priority the strictest; of equal strictness the first.
 * 3. Rules that read scores are matched now, and weighed like the others.
 * 4. Scores add up. Unless an allow-all rule decided, a category with points that reaches its threshold
 *    blocks.
 *
 * Shadow rules take no part in any of this.
 */
import { bitIsSet, clearBits, setBit } from '../bits';
import {
  ACTION_ALLOW,
  ACTION_ALLOW_SOME,
  ACTION_BLOCK,
  ACTION_LOG,
  ACTION_RATELIMIT,
  ACTION_SCORE,
  ARENA_EXPLANATION,
  ARENA_RULE_SKIPPED,
  EXPLANATION_SCORES_AT,
  MATCHED_RULE_AT,
  NONE,
  REASON_NO_MATCH,
  REASON_RULE,
  REASON_THRESHOLD,
  RULE_ACTION_AT,
  RULE_FLAGS_AT,
  RULE_IS_SHADOW,
  RULE_PRIORITY_AT,
  RULE_SCORE_START_AT,
  RULE_SIZE,
  RULE_SKIP_START_AT,
  SCORE_CATEGORY_AT,
  SCORE_POINTS_AT,
  SCORE_SIZE,
  SECTION_CATEGORIES,
  SECTION_LATE_RULES,
  SECTION_RULES,
  SECTION_SCORES,
  SECTION_SKIPS,
  SKIP_FIRST_AT,
  SKIP_LAST_AT,
  SKIP_SIZE,
} from '../layout.gen';
import { count, record } from '../program/section';
import { charge, exhausted } from '../steps';
import { matchedAt, matchedCount, matchLateRules } from './match-rules';
import { findScope, thresholdOf } from './scope-thresholds';

export let action: i32 = ACTION_ALLOW;
export let reason: i32 = REASON_NO_MATCH;
/** The rule that decided, or NONE. */
export let decidedBy: u32 = NONE;

let priority: i32 = 0;

export function clearVerdict(): void {
  action = ACTION_ALLOW;
  reason = REASON_NO_MATCH;
  decidedBy = NONE;
  for (let i: u32 = 0, n = count(SECTION_CATEGORIES); i < n; i++) store<i32>(scoreAt(i), 0);
}

/** A verdict that no rule made. */
export function overrule(newAction: i32, newReason: i32): void {
  action = newAction;
  reason = newReason;
  decidedBy = NONE;
}

export function decide(): void {
  const early = matchedCount();
  takeOut();
  weigh(0, early);
  if (matchLateRules()) weigh(early, matchedCount());
  const isAllowed = reason == REASON_RULE && action == ACTION_ALLOW;
  if (!isAllowed && action != ACTION_BLOCK && isOverThreshold()) {
    overrule(ACTION_BLOCK, REASON_THRESHOLD);
  }
}

/** Matches [from, to) add their scores and propose a verdict. */
function weigh(from: u32, to: u32): void {
  for (let i = from; i < to && !exhausted(); i++) {
    charge(1);
    const index = load<u32>(matchedAt(i), MATCHED_RULE_AT);
    const rule = record(SECTION_RULES, index, RULE_SIZE);
    if (isShadow(rule) || isTakenOut(index)) continue;
    addScores(rule);
    propose(index, rule);
  }
}

export function isShadow(rule: usize): bool {
  return (load<u8>(rule, RULE_FLAGS_AT) & RULE_IS_SHADOW) != 0;
}

/** True when a matching allow rule names the rule. */
export function isTakenOut(index: u32): bool {
  return bitIsSet(ARENA_RULE_SKIPPED, index);
}

function takeOut(): void {
  if (matchedCount() == 0 && count(SECTION_LATE_RULES) == 0) return;
  clearBits(ARENA_RULE_SKIPPED, count(SECTION_RULES));
  for (let i: u32 = 0, n = matchedCount(); i < n && !exhausted(); i++) {
    const rule = record(SECTION_RULES, load<u32>(matchedAt(i), MATCHED_RULE_AT), RULE_SIZE);
    if (<i32>load<u8>(rule, RULE_ACTION_AT) == ACTION_ALLOW_SOME && !isShadow(rule))
      skipRules(rule);
  }
}

function skipRules(rule: usize): void {
  const end = load<u32>(rule + RULE_SIZE, RULE_SKIP_START_AT);
  for (let i = load<u32>(rule, RULE_SKIP_START_AT); i < end && !exhausted(); i++) {
    const skip = record(SECTION_SKIPS, i, SKIP_SIZE);
    const first = load<u32>(skip, SKIP_FIRST_AT);
    const last = load<u32>(skip, SKIP_LAST_AT);
    charge(1 + last - first);
    for (let index = first; index <= last; index++) setBit(ARENA_RULE_SKIPPED, index);
  }
}

/** Where the points of a category are counted. */
export function scoreAt(category: u32): usize {
  return ARENA_EXPLANATION + EXPLANATION_SCORES_AT + ((<usize>category) << 2);
}

function addScores(rule: usize): void {
  const end = load<u32>(rule + RULE_SIZE, RULE_SCORE_START_AT);
  for (let i = load<u32>(rule, RULE_SCORE_START_AT); i < end; i++) {
    charge(1);
    const score = record(SECTION_SCORES, i, SCORE_SIZE);
    const at = scoreAt(load<u32>(score, SCORE_CATEGORY_AT));
    store<i32>(at, load<i32>(at) + load<i32>(score, SCORE_POINTS_AT));
  }
}

/** Lets the rule decide when it outranks the one that does so far. */
function propose(index: u32, rule: usize): void {
  const proposed: i32 = load<u8>(rule, RULE_ACTION_AT);
  if (proposed == ACTION_SCORE || proposed == ACTION_ALLOW_SOME) return;
  const rank: i32 = load<i16>(rule, RULE_PRIORITY_AT);
  if (reason == REASON_RULE) {
    if (rank < priority) return;
    if (rank == priority && strictness(proposed) <= strictness(action)) return;
  }
  action = proposed;
  priority = rank;
  decidedBy = index;
  reason = REASON_RULE;
}

function strictness(code: i32): i32 {
  switch (code) {
    case ACTION_BLOCK:
      return 3;
    case ACTION_RATELIMIT:
      return 2;
    case ACTION_LOG:
      return 1;
    default:
      return 0;
  }
}

function isOverThreshold(): bool {
  const categories = count(SECTION_CATEGORIES);
  let scored: u32 = 0;
  while (scored < categories && load<i32>(scoreAt(scored)) <= 0) scored++;
  if (scored == categories) return false;
  const scope = findScope();
  for (let i = scored; i < categories; i++) {
    const score = load<i32>(scoreAt(i));
    if (score > 0 && score >= thresholdOf(i, scope)) return true;
  }
  return false;
}
