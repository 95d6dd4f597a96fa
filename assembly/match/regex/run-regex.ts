/**
 * Regular expressions over the bytes of a value. A search: a match may begin and end anywhere, and the
 * run stops at the first byte that makes one certain.
 */
import {
  NONE,
  REGEX_BEGINS_RARE_AT,
  REGEX_IDLE_AT,
  REGEX_KIND_AT,
  REGEX_KIND_DFA,
  REGEX_SIZE,
  SECTION_REGEXES,
} from '../../layout.gen';
import { record } from '../../program/section';
import { knowsRareBytes } from '../rare-bytes';
import { locateDfa, nearEnd, runDfa, runDfaNear, runDfaSparse } from './dfa';
import { locateNfa, runNfa } from './lazy-dfa';

/** After a match: the offset behind the byte at which it was certain. */
export let regexEnd: u32 = 0;
/** After `locateRegex`: where the match may have begun. */
export let regexFrom: u32 = 0;

/** Charges what the run costs; false also when the budget ends first, so callers look at `exhausted`. */
export function regexMatches(regex: u32, at: usize, length: u32): bool {
  const here = record(SECTION_REGEXES, regex, REGEX_SIZE);
  const end = isDfa(here) ? runDfa(here, at, length) : runNfa(here, at, length);
  if (end < 0) return false;
  regexEnd = <u32>end;
  return true;
}

/** As regexMatches, of the current output, which is long: passes over what nothing can begin with. */
export function regexMatchesLong(regex: u32, at: usize, length: u32): bool {
  const here = record(SECTION_REGEXES, regex, REGEX_SIZE);
  if (load<u8>(here, REGEX_BEGINS_RARE_AT) == 0 || !isDfa(here) || !knowsRareBytes()) {
    return regexMatches(regex, at, length);
  }
  const end = runDfaSparse(here, at, length);
  if (end < 0) return false;
  regexEnd = <u32>end;
  return true;
}

/** Where the last run of `regexMatchesNear` found nothing under way. */
export let regexIdleAt: u32 = 0;

/**
 * As regexMatches, for matches that begin at `from` or later and contain the byte before `least`; see
 * runDfaNear. What has no idle state is run over all of the value, and then `regexIdleAt` is its end.
 */
export function regexMatchesNear(
  regex: u32,
  at: usize,
  length: u32,
  floor: u32,
  from: u32,
  least: u32,
): bool {
  const here = record(SECTION_REGEXES, regex, REGEX_SIZE);
  if (!isDfa(here) || load<u32>(here, REGEX_IDLE_AT) == NONE) {
    regexIdleAt = length;
    return regexMatches(regex, at, length);
  }
  const end = runDfaNear(here, at, length, floor, from, least);
  regexIdleAt = nearEnd;
  if (end < 0) return false;
  regexEnd = <u32>end;
  return true;
}

/**
 * After a match, for explanations: sets `regexFrom` to the last offset up to `regexEnd` at which nothing
 * of the pattern had begun, 0 when there is none. Charges nothing: it reads what the match has read.
 */
export function locateRegex(regex: u32, at: usize): void {
  const here = record(SECTION_REGEXES, regex, REGEX_SIZE);
  regexFrom = isDfa(here) ? locateDfa(here, at, regexEnd) : locateNfa(here, at, regexEnd);
}

function isDfa(regex: usize): bool {
  return load<u8>(regex, REGEX_KIND_AT) == <u8>REGEX_KIND_DFA;
}
