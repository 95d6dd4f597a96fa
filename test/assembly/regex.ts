/** The regular expressions of the engine alone, for tests: checked, run and located one by one. */
import { ARENA_LAZY_DFA, LOAD_OK } from '../../assembly/layout.gen';
import { END_AT, REST_AT } from '../../assembly/match/regex/arena';
import {
  locateRegex,
  regexEnd,
  regexFrom,
  regexMatches,
} from '../../assembly/match/regex/run-regex';
import { clearLazyDfa, flushes } from '../../assembly/match/regex/state-table';
import { checkHeader } from '../../assembly/program/check-header';
import { checkRegexStage, REGEX_STAGES } from '../../assembly/program/check-regexes';
import { isStageDone, startStage, startStep } from '../../assembly/program/check-run';
import { startSteps, stepsUsed } from '../../assembly/steps';

/** Checks header, sections and regular expressions, `budget` records at a time. */
export function check(budget: u32): i32 {
  const code = checkHeader();
  if (code != LOAD_OK) return code;
  for (let stage: u32 = 0; stage < REGEX_STAGES; stage++) {
    startStage();
    while (!isStageDone()) {
      startStep(budget);
      const code = checkRegexStage(stage);
      if (code != LOAD_OK) return code;
    }
  }
  return LOAD_OK;
}

/** Empties the cache; it may take `room` bytes of the arena. */
export function clear(room: u32): void {
  clearLazyDfa();
  store<u32>(END_AT, min(load<u32>(END_AT), room));
}

/** The cache takes up no more states until `bytes` bytes have been read. */
export function rest(bytes: u32): void {
  store<u32>(END_AT, 0);
  store<u32>(REST_AT, bytes);
}

/** The end of the match, or -1. */
export function run(regex: u32, at: usize, length: u32, budget: u32): i32 {
  startSteps(budget);
  return regexMatches(regex, at, length) ? <i32>regexEnd : -1;
}

export function locate(regex: u32, at: usize): u32 {
  locateRegex(regex, at);
  return regexFrom;
}

export function steps(): u32 {
  return stepsUsed();
}

export function flushCount(): u32 {
  return flushes;
}

/** Where the cache lies. */
export function arena(): usize {
  return ARENA_LAZY_DFA;
}
