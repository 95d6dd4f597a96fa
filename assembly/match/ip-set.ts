/** ip_in: is an address in one of a set's ranges? Ranges are sorted and do not overlap. */
import {
  IP_SET_SIZE,
  IP_SET_V4_START_AT,
  IP_SET_V6_START_AT,
  IP4_RANGE_FIRST_AT,
  IP4_RANGE_LAST_AT,
  IP4_RANGE_SIZE,
  IP6_RANGE_FIRST_HIGH_AT,
  IP6_RANGE_FIRST_LOW_AT,
  IP6_RANGE_LAST_HIGH_AT,
  IP6_RANGE_LAST_LOW_AT,
  IP6_RANGE_SIZE,
  SECTION_IP_SETS,
  SECTION_IP4_RANGES,
  SECTION_IP6_RANGES,
} from '../layout.gen';
import { record } from '../program/section';
import { isV4, readAddress, v4, v6High, v6Low } from './ip-address';

/** False also for a value that is no address. */
export function isInSet(set: u32, at: usize, length: u32): bool {
  if (!readAddress(at, length)) return false;
  const entry = record(SECTION_IP_SETS, set, IP_SET_SIZE);
  return isV4
    ? isInV4(
        load<u32>(entry, IP_SET_V4_START_AT),
        load<u32>(entry + IP_SET_SIZE, IP_SET_V4_START_AT),
      )
    : isInV6(
        load<u32>(entry, IP_SET_V6_START_AT),
        load<u32>(entry + IP_SET_SIZE, IP_SET_V6_START_AT),
      );
}

/** Binary search for the last range that starts at or before the address. */
function isInV4(from: u32, to: u32): bool {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    const range = record(SECTION_IP4_RANGES, middle, IP4_RANGE_SIZE);
    if (load<u32>(range, IP4_RANGE_FIRST_AT) <= v4) low = middle + 1;
    else high = middle;
  }
  if (low == from) return false;
  return v4 <= load<u32>(record(SECTION_IP4_RANGES, low - 1, IP4_RANGE_SIZE), IP4_RANGE_LAST_AT);
}

function isInV6(from: u32, to: u32): bool {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    const range = record(SECTION_IP6_RANGES, middle, IP6_RANGE_SIZE);
    const isAfter = isBelow(
      v6High,
      v6Low,
      load<u64>(range, IP6_RANGE_FIRST_HIGH_AT),
      load<u64>(range, IP6_RANGE_FIRST_LOW_AT),
    );
    if (isAfter) high = middle;
    else low = middle + 1;
  }
  if (low == from) return false;
  const range = record(SECTION_IP6_RANGES, low - 1, IP6_RANGE_SIZE);
  return !isBelow(
    load<u64>(range, IP6_RANGE_LAST_HIGH_AT),
    load<u64>(range, IP6_RANGE_LAST_LOW_AT),
    v6High,
    v6Low,
  );
}

function isBelow(high: u64, low: u64, otherHigh: u64, otherLow: u64): bool {
  return high < otherHigh || (high == otherHigh && low < otherLow);
}
