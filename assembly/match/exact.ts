/** Looks a whole output up in the table of `equals` and `in` values: one hash, however many rules. */
import { equalFolded, foldByte } from '../bytes';
import {
  EXACT_HASH_AT,
  EXACT_REF_START_AT,
  EXACT_SIZE,
  EXACT_TEXT_LEN_AT,
  EXACT_TEXT_START_AT,
  SECTION_EXACT_BUCKETS,
  SECTION_EXACTS,
  SECTION_OVERLAY_BUCKETS,
  SECTION_OVERLAY_EXACTS,
  SECTION_TEXT,
} from '../layout.gen';
import { longestExact } from '../program/header';
import { count, number, record, table } from '../program/section';
import { charge, exhausted } from '../steps';
import { literalFound } from './literal-hit';

export function lookUp(at: usize, length: u32): void {
  if (length > longestExact()) return;
  const inBase = count(SECTION_EXACTS) != 0;
  const inOverlay = count(SECTION_OVERLAY_EXACTS) != 0;
  if (!inBase && !inOverlay) return;
  charge(length);
  const hash = hashFolded(at, length);
  if (inBase) lookIn(SECTION_EXACT_BUCKETS, SECTION_EXACTS, hash, at, length);
  if (inOverlay) lookIn(SECTION_OVERLAY_BUCKETS, SECTION_OVERLAY_EXACTS, hash, at, length);
}

function lookIn(buckets: u32, exacts: u32, hash: u32, at: usize, length: u32): void {
  const bucket = hash & (count(buckets) - 1);
  const end = number(buckets, bucket + 1);
  for (let i = number(buckets, bucket); i < end && !exhausted(); i++) {
    charge(1);
    const exact = record(exacts, i, EXACT_SIZE);
    if (load<u32>(exact, EXACT_HASH_AT) != hash) continue;
    if (load<u32>(exact, EXACT_TEXT_LEN_AT) != length) continue;
    charge(length);
    const text = table(SECTION_TEXT) + load<u32>(exact, EXACT_TEXT_START_AT);
    if (!equalFolded(at, text, length)) continue;
    const refs = load<u32>(exact, EXACT_REF_START_AT);
    literalFound(refs, load<u32>(exact + EXACT_SIZE, EXACT_REF_START_AT), length);
  }
}

/** FNV-1a, 32 bits, over the bytes in lower case. */
function hashFolded(at: usize, length: u32): u32 {
  let hash: u32 = 0x811c9dc5;
  for (let i: u32 = 0; i < length; i++) {
    hash = (hash ^ foldByte(load<u8>(at + i))) * 0x01000193;
  }
  return hash;
}
