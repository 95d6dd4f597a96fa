/**
 * Reads an address in text form: IPv4 in dotted form, or IPv6 with an optional zone (`%eth0`, ignored).
 * An IPv4 address inside IPv6 (`::ffff:192.0.2.1`) is read as IPv4.
 */
import { hexDigit } from '../bytes';

/** The address that `readAddress` read last. */
export let isV4: bool = false;
export let v4: u32 = 0;
export let v6High: u64 = 0;
export let v6Low: u64 = 0;

const COLON: u8 = 0x3a;
const DOT: u8 = 0x2e;
const PERCENT: u8 = 0x25;
/** Longest text that can be an address, without its zone. */
const MAX_LENGTH: usize = 45;

export function readAddress(at: usize, length: u32): bool {
  let end = at;
  let hasColon = false;
  for (const stop = at + length; end < stop; end++) {
    const byte = load<u8>(end);
    if (byte == PERCENT) break;
    if (byte == COLON) hasColon = true;
    if (end - at >= MAX_LENGTH) return false;
  }
  isV4 = !hasColon;
  if (isV4) return end == at + length && readV4(at, end);
  return readV6(at, end);
}

/** Four numbers 0 to 255 of one to three digits. */
function readV4(at: usize, end: usize): bool {
  let p = at;
  v4 = 0;
  for (let octet = 0; octet < 4; octet++) {
    if (octet > 0) {
      if (p >= end || load<u8>(p) != DOT) return false;
      p++;
    }
    const start = p;
    let value: u32 = 0;
    while (p < end && p < start + 3 && <u32>load<u8>(p) - 0x30 < 10) {
      value = value * 10 + (<u32>load<u8>(p++) - 0x30);
    }
    if (p == start || value > 255) return false;
    v4 = (v4 << 8) | value;
  }
  return p == end;
}

/**
 * Groups are shifted into 128 bits. At `::` what was read is kept as the head; in the end the head is
 * moved up by the groups that are missing.
 */
function readV6(at: usize, end: usize): bool {
  v6High = v6Low = 0;
  let headHigh: u64 = 0;
  let headLow: u64 = 0;
  let headGroups = -1;
  let groups = 0;
  let p = at;
  if (p + 1 < end && load<u8>(p) == COLON && load<u8>(p + 1) == COLON) {
    headGroups = 0;
    p += 2;
  }
  while (p < end) {
    const size = groupLength(p, end);
    if (size == 0) return false;
    if (p + size < end && load<u8>(p + size) == DOT) {
      if (!readV4(p, end)) return false;
      shiftIn(v4 >> 16);
      shiftIn(v4 & 0xffff);
      groups += 2;
      p = end;
      break;
    }
    shiftIn(readGroup(p, size));
    groups++;
    p += size;
    if (p == end) break;
    if (groups >= 8 || load<u8>(p) != COLON) return false;
    p++;
    if (p < end && load<u8>(p) == COLON) {
      if (headGroups >= 0) return false;
      headGroups = groups;
      headHigh = v6High;
      headLow = v6Low;
      v6High = v6Low = 0;
      p++;
    } else if (p == end) {
      return false;
    }
  }
  if (headGroups < 0 ? groups != 8 : groups > 7) return false;
  if (headGroups > 0) placeHead(headHigh, headLow, 8 - headGroups);
  unmap();
  return true;
}

/** Number of hexadecimal digits at `p`, 0 when there are none or more than four. */
function groupLength(p: usize, end: usize): usize {
  let size: usize = 0;
  while (p + size < end && hexDigit(load<u8>(p + size)) >= 0) size++;
  return size > 4 ? 0 : size;
}

function readGroup(p: usize, size: usize): u32 {
  let value: u32 = 0;
  for (let i: usize = 0; i < size; i++) value = (value << 4) | hexDigit(load<u8>(p + i));
  return value;
}

function shiftIn(group: u32): void {
  v6High = (v6High << 16) | (v6Low >> 48);
  v6Low = (v6Low << 16) | group;
}

/** Adds the head, moved up by `groups` (1 to 7) groups. */
function placeHead(high: u64, low: u64, groups: i32): void {
  let h = high;
  let l = low;
  for (let i = 0; i < groups; i++) {
    h = (h << 16) | (l >> 48);
    l <<= 16;
  }
  v6High |= h;
  v6Low |= l;
}

function unmap(): void {
  if (v6High != 0 || v6Low >> 32 != 0xffff) return;
  isV4 = true;
  v4 = <u32>v6Low;
}
