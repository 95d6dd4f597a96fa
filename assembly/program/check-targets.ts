/** Checks what decides which values are looked at: target sets, transform chains, scans. */
import {
  KINDS,
  LOAD_BAD_CHAIN,
  LOAD_BAD_TARGET,
  LOAD_LIMIT_EXCEEDED,
  LOAD_OK,
  MAX_CHAINS,
  MAX_TARGET_SETS,
  SECTION_CHAIN_STEPS,
  SECTION_CHAINS,
  SECTION_SELECTORS,
  SECTION_TARGET_SETS,
  SELECTOR_KIND_AT,
  SELECTOR_NAME_LEN_AT,
  SELECTOR_NAME_START_AT,
  SELECTOR_SIZE,
  TARGET_SET_SELECTOR_START_AT,
  TARGET_SET_SIZE,
  TRANSFORM_LOWERCASE,
  TRANSFORM_SQL_HEX_DECODE,
} from '../layout.gen';
import { isPartition, isText } from './check-span';
import { count, record, table } from './section';

export function checkTargets(): i32 {
  if (count(SECTION_TARGET_SETS) > MAX_TARGET_SETS) return LOAD_LIMIT_EXCEEDED;
  if (count(SECTION_CHAINS) > MAX_CHAINS) return LOAD_LIMIT_EXCEEDED;
  const selectors = count(SECTION_SELECTORS);
  if (!isPartition(SECTION_TARGET_SETS, TARGET_SET_SIZE, TARGET_SET_SELECTOR_START_AT, selectors)) {
    return LOAD_BAD_TARGET;
  }
  for (let i: u32 = 0; i < selectors; i++) {
    const selector = record(SECTION_SELECTORS, i, SELECTOR_SIZE);
    if (load<u8>(selector, SELECTOR_KIND_AT) >= KINDS) return LOAD_BAD_TARGET;
    const start = load<u32>(selector, SELECTOR_NAME_START_AT);
    if (!isText(start, load<u16>(selector, SELECTOR_NAME_LEN_AT))) return LOAD_BAD_TARGET;
  }
  return checkChains();
}

function checkChains(): i32 {
  if (!isPartition(SECTION_CHAINS, 4, 0, count(SECTION_CHAIN_STEPS))) return LOAD_BAD_CHAIN;
  const steps = table(SECTION_CHAIN_STEPS);
  for (let i: u32 = 0, n = count(SECTION_CHAIN_STEPS); i < n; i++) {
    const transform: i32 = load<u8>(steps + i);
    if (transform < TRANSFORM_LOWERCASE || transform > TRANSFORM_SQL_HEX_DECODE) {
      return LOAD_BAD_CHAIN;
    }
  }
  return LOAD_OK;
}
