/** Checks what decides which values are looked at: target sets, transform chains. */
import {
  KINDS,
  LOAD_BAD_CHAIN,
  LOAD_BAD_TARGET,
  LOAD_LIMIT_EXCEEDED,
  LOAD_OK,
  MAX_CHAINS,
  MAX_TARGET_SETS,
  SECTION_CATEGORIES,
  SECTION_CHAIN_STEPS,
  SECTION_CHAINS,
  SECTION_REFERENCES,
  SECTION_SELECTORS,
  SECTION_TARGET_SETS,
  SELECTOR_FLAGS_AT,
  SELECTOR_IS_CAPTURE,
  SELECTOR_IS_PATTERN,
  SELECTOR_IS_SCORE,
  SELECTOR_KIND_AT,
  SELECTOR_NAME_LEN_AT,
  SELECTOR_NAME_START_AT,
  SELECTOR_SIZE,
  TARGET_SET_SELECTOR_START_AT,
  TARGET_SET_SIZE,
  TRANSFORM_LOWERCASE,
  TRANSFORM_SQL_HEX_DECODE,
} from '../layout.gen';
import { runEnd, runStart } from './check-run';
import { checkPartition, isText } from './check-span';
import { count, record, table } from './section';

/** Selectors whose name is the number of something. */
const NUMBERED: u32 = SELECTOR_IS_CAPTURE | SELECTOR_IS_SCORE | SELECTOR_IS_PATTERN;

export function checkTargetSets(): i32 {
  if (count(SECTION_TARGET_SETS) > MAX_TARGET_SETS) return LOAD_LIMIT_EXCEEDED;
  const limit = count(SECTION_SELECTORS);
  const field = TARGET_SET_SELECTOR_START_AT;
  return checkPartition(SECTION_TARGET_SETS, TARGET_SET_SIZE, field, limit, LOAD_BAD_TARGET);
}

export function checkSelectors(): i32 {
  const start = runStart();
  const end = runEnd(count(SECTION_SELECTORS));
  for (let i = start; i < end; i++) {
    const selector = record(SECTION_SELECTORS, i, SELECTOR_SIZE);
    if (load<u8>(selector, SELECTOR_KIND_AT) >= KINDS) return LOAD_BAD_TARGET;
    const name = load<u32>(selector, SELECTOR_NAME_START_AT);
    const flags: u32 = load<u8>(selector, SELECTOR_FLAGS_AT);
    if ((flags & SELECTOR_IS_CAPTURE) != 0 && name >= count(SECTION_REFERENCES)) {
      return LOAD_BAD_TARGET;
    }
    if ((flags & SELECTOR_IS_SCORE) != 0 && name >= count(SECTION_CATEGORIES)) {
      return LOAD_BAD_TARGET;
    }
    if ((flags & NUMBERED) == 0 && !isText(name, load<u16>(selector, SELECTOR_NAME_LEN_AT)))
      return LOAD_BAD_TARGET;
  }
  return LOAD_OK;
}

export function checkChains(): i32 {
  if (count(SECTION_CHAINS) > MAX_CHAINS) return LOAD_LIMIT_EXCEEDED;
  return checkPartition(SECTION_CHAINS, 4, 0, count(SECTION_CHAIN_STEPS), LOAD_BAD_CHAIN);
}

export function checkChainSteps(): i32 {
  const start = runStart();
  const end = runEnd(count(SECTION_CHAIN_STEPS));
  const steps = table(SECTION_CHAIN_STEPS);
  for (let i = start; i < end; i++) {
    const transform: i32 = load<u8>(steps + i);
    if (transform < TRANSFORM_LOWERCASE || transform > TRANSFORM_SQL_HEX_DECODE) {
      return LOAD_BAD_CHAIN;
    }
  }
  return LOAD_OK;
}
