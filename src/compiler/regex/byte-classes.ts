import { type ByteSet, bytesOf } from './byte-set.ts';

export interface ByteClasses {
  /** Byte → class; classes are numbered by their first bytes. */
  readonly map: Uint8Array;
  readonly count: number;
}

/** The coarsest partition of the bytes that tells the members of every set from the others. */
export function byteClasses(sets: readonly ByteSet[]): ByteClasses {
  const group = new Uint16Array(256);
  let groups = 1;
  for (const set of sets) {
    const split = new Map<number, number>();
    for (const byte of bytesOf(set)) {
      let moved = split.get(group[byte]!);
      if (moved === undefined) {
        moved = groups++;
        split.set(group[byte]!, moved);
      }
      group[byte] = moved;
    }
  }
  return numbered(group);
}

function numbered(group: Uint16Array): ByteClasses {
  const numbers = new Map<number, number>();
  const map = new Uint8Array(256);
  for (let byte = 0; byte < 256; byte++) {
    if (!numbers.has(group[byte]!)) numbers.set(group[byte]!, numbers.size);
    map[byte] = numbers.get(group[byte]!)!;
  }
  return { map, count: numbers.size };
}

/** A set of bytes as a set of classes, in the same form of 256 bits. */
export function toClasses(set: ByteSet, classes: ByteClasses): Uint8Array {
  const bits = new Uint8Array(32);
  for (const byte of bytesOf(set)) {
    const c = classes.map[byte]!;
    bits[c >> 3]! |= 1 << (c & 7);
  }
  return bits;
}
