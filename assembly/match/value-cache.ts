/**
 * Remembers what short values were found to be, across requests: most header values, names and paths of
 * real traffic come again and again. An entry holds the exact bytes, which leaves they hit and what
 * finding that out cost: a value that is known costs the same steps and gives the same hits.
 *
 * Values are compared byte by byte, never by hash alone. A value gets an entry when it is seen twice in
 * a row in its slot, so that values which never come again displace nothing.
 *
 *   entry, 256 bytes: | cached_value 16 | cached_hit 8 × 4 | bytes of the value … 200 |
 */
import {
  ARENA_VALUE_CACHE,
  ARENA_VALUE_SEEN,
  CACHE_ENTRIES,
  CACHE_ENTRY_BYTES,
  CACHED_HIT_LEAF_AT,
  CACHED_HIT_LENGTH_AT,
  CACHED_HIT_OFFSET_AT,
  CACHED_HIT_SIZE,
  CACHED_VALUE_HASH_AT,
  CACHED_VALUE_HITS_AT,
  CACHED_VALUE_LENGTH_AT,
  CACHED_VALUE_SIZE,
  CACHED_VALUE_STEPS_AT,
  CACHED_VALUE_VIEW_CLASS_AT,
  MAX_CACHED_HITS,
} from '../layout.gen';
import { charge, exhausted } from '../steps';
import { hit } from './leaf-state';

const TEXT_AT: usize = CACHED_VALUE_SIZE + CACHED_HIT_SIZE * MAX_CACHED_HITS;
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/** Hash of the value looked up last, and its slot. */
let hash: u32 = 0;
let slot: u32 = 0;
let isRecording: bool = false;
/** Only tests ever switch it off. */
let isOn: bool = true;
let recorded: u32 = 0;

/** Forgets everything: what was found out is true for one program only. */
export function clearValueCache(): void {
  memory.fill(ARENA_VALUE_CACHE, 0, CACHE_ENTRIES * CACHE_ENTRY_BYTES);
  memory.fill(ARENA_VALUE_SEEN, 0, CACHE_ENTRIES << 2);
  isRecording = false;
}

/** Switched off, nothing is remembered any more. */
export function useValueCache(on: bool): void {
  isOn = on;
}

/** If the value is known for views of the class: notes its hits, charges its steps, returns true. */
export function recall(viewClass: u32, at: usize, length: u32): bool {
  hash = hashValue(viewClass, at, length);
  slot = hash & (CACHE_ENTRIES - 1);
  const entry = entryAt(slot);
  if (load<u32>(entry, CACHED_VALUE_HASH_AT) != hash) return false;
  if (load<u32>(entry, CACHED_VALUE_VIEW_CLASS_AT) != viewClass) return false;
  if (load<u16>(entry, CACHED_VALUE_LENGTH_AT) != <u16>length) return false;
  if (!isSame(entry + TEXT_AT, at, length)) return false;
  charge(load<u32>(entry, CACHED_VALUE_STEPS_AT));
  const hits: u32 = load<u16>(entry, CACHED_VALUE_HITS_AT);
  for (let i: u32 = 0; i < hits; i++) {
    const known = entry + CACHED_VALUE_SIZE + <usize>i * CACHED_HIT_SIZE;
    const offset = load<u16>(known, CACHED_HIT_OFFSET_AT);
    hit(load<u32>(known, CACHED_HIT_LEAF_AT), offset, load<u16>(known, CACHED_HIT_LENGTH_AT));
  }
  return true;
}

/** From here to `remember`, the hits are those of the value that `recall` did not know. */
export function startRecording(): void {
  isRecording = true;
  recorded = 0;
}

export function recordHit(leaf: u32, offset: u32, length: u32): void {
  if (!isRecording) return;
  if (recorded < MAX_CACHED_HITS && offset <= 0xffff && length <= 0xffff) {
    const known = hitBuffer() + <usize>recorded * CACHED_HIT_SIZE;
    store<u32>(known, leaf, CACHED_HIT_LEAF_AT);
    store<u16>(known, <u16>offset, CACHED_HIT_OFFSET_AT);
    store<u16>(known, <u16>length, CACHED_HIT_LENGTH_AT);
    recorded++;
  } else {
    recorded = MAX_CACHED_HITS + 1;
  }
}

/** Ends recording; the value took `steps`. */
export function remember(viewClass: u32, at: usize, length: u32, steps: u32): void {
  isRecording = false;
  const seen = ARENA_VALUE_SEEN + ((<usize>slot) << 2);
  const isNew = load<u32>(seen) != hash;
  store<u32>(seen, hash);
  if (!isOn || isNew || recorded > MAX_CACHED_HITS || exhausted()) return;
  const entry = entryAt(slot);
  store<u32>(entry, hash, CACHED_VALUE_HASH_AT);
  store<u32>(entry, viewClass, CACHED_VALUE_VIEW_CLASS_AT);
  store<u32>(entry, steps, CACHED_VALUE_STEPS_AT);
  store<u16>(entry, <u16>length, CACHED_VALUE_LENGTH_AT);
  store<u16>(entry, <u16>recorded, CACHED_VALUE_HITS_AT);
  memory.copy(entry + CACHED_VALUE_SIZE, hitBuffer(), <usize>recorded * CACHED_HIT_SIZE);
  memory.copy(entry + TEXT_AT, at, length);
}

function entryAt(index: u32): usize {
  return ARENA_VALUE_CACHE + <usize>index * CACHE_ENTRY_BYTES;
}

/** Hits are collected behind the last entry. */
function hitBuffer(): usize {
  return entryAt(CACHE_ENTRIES);
}

/** Eight bytes at a time; never 0, which marks an empty slot. */
function hashValue(viewClass: u32, at: usize, length: u32): u32 {
  let mixed = (((<u64>viewClass) << 32) | length) * MIX;
  let p = at;
  const end = at + length;
  for (; p + 8 <= end; p += 8) {
    mixed = (mixed ^ load<u64>(p)) * MIX;
    mixed ^= mixed >> 29;
  }
  for (; p < end; p++) mixed = (mixed ^ load<u8>(p)) * MIX;
  mixed ^= mixed >> 32;
  return <u32>mixed | 0x8000_0000;
}

function isSame(a: usize, b: usize, length: u32): bool {
  let i: u32 = 0;
  for (; i + 8 <= length; i += 8) {
    if (load<u64>(a + i) != load<u64>(b + i)) return false;
  }
  for (; i < length; i++) {
    if (load<u8>(a + i) != load<u8>(b + i)) return false;
  }
  return true;
}
