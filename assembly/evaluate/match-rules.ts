/** Finds the rules that match: candidates in the order of the program, expired ones left out. */
import { clearBits, setBit } from '../bits';
import {
  ARENA_MATCHED,
  ARENA_RULE_CANDIDATES,
  MATCHED_LEAF_AT,
  MATCHED_RULE_AT,
  MATCHED_SIZE,
  RULE_EXPIRES_AT_MS_AT,
  RULE_FLAGS_AT,
  RULE_IS_RESPONSE,
  RULE_MAX_RULES,
  RULE_SIZE,
  SECTION_ALWAYS,
  SECTION_LATE_RULES,
  SECTION_RESPONSE_ALWAYS,
  SECTION_RULES,
} from '../layout.gen';
import { count, number, record } from '../program/section';
import { nowMs } from '../request/raw-request';
import { hasResponse } from '../request/raw-response';
import { charge, exhausted } from '../steps';
import { ruleHolds, shownBy } from './rule-condition';

let matched: u32 = 0;

export function matchedCount(): u32 {
  return matched;
}

export function matchedAt(index: u32): usize {
  return ARENA_MATCHED + <usize>index * MATCHED_SIZE;
}

export function clearMatches(): void {
  matched = 0;
}

/**
 * Candidates are the rules of the phase that no leaf can wake (they may hold without any) and those woken
 * later.
 */
export function seedCandidates(): void {
  seed(hasResponse ? SECTION_RESPONSE_ALWAYS : SECTION_ALWAYS);
}

function seed(section: u32): void {
  const rules = count(section);
  clearBits(ARENA_RULE_CANDIDATES, count(SECTION_RULES));
  charge(rules);
  for (let i: u32 = 0; i < rules; i++) setBit(ARENA_RULE_CANDIDATES, number(section, i));
}

export function matchRules(): void {
  const rules = count(SECTION_RULES);
  for (let base: u32 = 0; base < rules && !exhausted(); base += 64) {
    let bits = load<u64>(ARENA_RULE_CANDIDATES + (base >> 3));
    for (; bits != 0 && !exhausted(); bits &= bits - 1) matchRule(base + <u32>ctz(bits));
  }
}

/**
 * Matches the rules that read scores, which are candidates always; the scores are known by now. Returns
 * false when there are none.
 */
export function matchLateRules(): bool {
  if (count(SECTION_LATE_RULES) == 0) return false;
  seed(SECTION_LATE_RULES);
  matchRules();
  return true;
}

function matchRule(index: u32): void {
  charge(1);
  if (matched == RULE_MAX_RULES) return;
  const rule = record(SECTION_RULES, index, RULE_SIZE);
  // Leaves that rules of both phases share wake both.
  if (((load<u8>(rule, RULE_FLAGS_AT) & RULE_IS_RESPONSE) != 0) != hasResponse) return;
  const expiry = load<f64>(rule, RULE_EXPIRES_AT_MS_AT);
  if (expiry > 0 && nowMs > 0 && expiry <= nowMs) return;
  if (!ruleHolds(rule)) return;
  const at = matchedAt(matched++);
  store<u32>(at, index, MATCHED_RULE_AT);
  store<u32>(at, shownBy, MATCHED_LEAF_AT);
}
