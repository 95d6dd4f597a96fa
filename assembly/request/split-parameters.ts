/**
 * Splits `a=1&b=2` into fields; names and values are URL-decoded once, `+` is a space. A piece without
 * `=` is a name with an empty value; empty pieces are no fields.
 */
import { ARENA_DECODED_TEXT } from '../layout.gen';
import { charge, exhausted } from '../steps';
import { urlDecode } from '../transforms/url-decode';
import { addNamed } from './fields';

let arena: usize = ARENA_DECODED_TEXT;

/** Makes the arena empty. Decoded text is never longer than its source, so one record's worth fits. */
export function startDecoding(): void {
  arena = ARENA_DECODED_TEXT;
}

export function splitParameters(kind: i32, at: usize, length: u32): void {
  charge(length);
  const end = at + length;
  let start = at;
  while (start < end && !exhausted()) {
    let equals: usize = 0;
    let stop = start;
    for (; stop < end; stop++) {
      const byte = load<u8>(stop);
      if (byte == 0x26) break;
      if (byte == 0x3d && equals == 0) equals = stop;
    }
    if (stop > start) addParameter(kind, start, equals == 0 ? stop : equals, stop);
    start = stop + 1;
  }
}

function addParameter(kind: i32, start: usize, equals: usize, stop: usize): void {
  const nameAt = arena;
  const nameLen = decode(start, equals);
  const valueAt = arena;
  const valueLen = equals < stop ? decode(equals + 1, stop) : 0;
  addNamed(kind, nameAt, nameLen, valueAt, valueLen);
}

/** Copies [start, stop) to the arena, decodes it there and returns its length. */
function decode(start: usize, stop: usize): u32 {
  const length = <u32>(stop - start);
  memory.copy(arena, start, length);
  const decoded = urlDecode(arena, length);
  arena += decoded;
  return decoded;
}
