/**
 * Where the search found the literals around which expressions are run: for each leaf a list of places,
 * in the order of the text, for the current output.
 *
 *   places            end of the literal, index of the next place of the leaf + 1 (0: none)
 *   leaf_first_place  u16  index + 1 of the leaf's first place, 0 for none; valid when the leaf is armed
 *   leaf_last_place   u16  the same for its last one
 *
 * When the table is full, the leaf's first place becomes EVERYWHERE.
 */
import {
  ARENA_LEAF_FIRST_PLACE,
  ARENA_LEAF_LAST_PLACE,
  ARENA_PLACES,
  MAX_PLACES,
  PLACE_END_AT,
  PLACE_NEXT_AT,
  PLACE_SIZE,
} from '../layout.gen';

/** In place of a list: the expression has to be run over the whole output. */
export const EVERYWHERE: u32 = 0xffff;

let places: u32 = 0;

/** A new search begins: what it finds is told apart from what the one before found. */
export function clearPlaces(): void {
  places = 0;
}

export function startPlaces(leaf: u32): void {
  store<u16>(ARENA_LEAF_FIRST_PLACE + ((<usize>leaf) << 1), 0);
}

/** The first place of a leaf: 0 for none, EVERYWHERE, or a number for placeEnd and nextPlace. */
export function firstPlace(leaf: u32): u32 {
  return load<u16>(ARENA_LEAF_FIRST_PLACE + ((<usize>leaf) << 1));
}

export function placeEnd(place: u32): u32 {
  return load<u32>(placeAt(place), PLACE_END_AT);
}

/** 0 when it was the last one. */
export function nextPlace(place: u32): u32 {
  return load<u32>(placeAt(place), PLACE_NEXT_AT);
}

function placeAt(place: u32): usize {
  return ARENA_PLACES + <usize>(place - 1) * PLACE_SIZE;
}

export function addPlace(leaf: u32, end: u32): void {
  const first = ARENA_LEAF_FIRST_PLACE + ((<usize>leaf) << 1);
  const last = ARENA_LEAF_LAST_PLACE + ((<usize>leaf) << 1);
  const known: u32 = load<u16>(first);
  if (known == EVERYWHERE) return;
  if (places == MAX_PLACES) {
    giveUpPlaces(leaf);
    return;
  }
  const place = ++places;
  store<u32>(placeAt(place), end, PLACE_END_AT);
  store<u32>(placeAt(place), 0, PLACE_NEXT_AT);
  if (known == 0) store<u16>(first, <u16>place);
  else store<u32>(placeAt(load<u16>(last)), place, PLACE_NEXT_AT);
  store<u16>(last, <u16>place);
}

/** The expression of the leaf has to be run over the whole output. */
export function giveUpPlaces(leaf: u32): void {
  store<u16>(ARENA_LEAF_FIRST_PLACE + ((<usize>leaf) << 1), <u16>EVERYWHERE);
}
