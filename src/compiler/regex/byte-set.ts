/**
 * A set of bytes as 256 bits: byte b is bit b & 7 of element b >> 3. Treated as immutable once it is
 * part of a tree or an automaton.
 */
export type ByteSet = Uint8Array;

export const BYTE_SET_LENGTH = 32;

export function emptySet(): ByteSet {
  return new Uint8Array(BYTE_SET_LENGTH);
}

/** The bytes of the inclusive ranges `[first, last, first, last, …]`. */
export function rangeSet(ranges: readonly number[]): ByteSet {
  const set = emptySet();
  for (let i = 0; i < ranges.length; i += 2) addRange(set, ranges[i]!, ranges[i + 1]!);
  return set;
}

export function addByte(set: ByteSet, byte: number): void {
  set[byte >> 3]! |= 1 << (byte & 7);
}

export function addRange(set: ByteSet, first: number, last: number): void {
  for (let byte = first; byte <= last; byte++) addByte(set, byte);
}

export function addSet(set: ByteSet, other: ByteSet): void {
  for (let i = 0; i < BYTE_SET_LENGTH; i++) set[i]! |= other[i]!;
}

export function hasByte(set: ByteSet, byte: number): boolean {
  return ((set[byte >> 3]! >> (byte & 7)) & 1) === 1;
}

export function complement(set: ByteSet): ByteSet {
  return set.map((bits) => ~bits);
}

export function union(a: ByteSet, b: ByteSet): ByteSet {
  const set = a.slice();
  addSet(set, b);
  return set;
}

export function intersection(a: ByteSet, b: ByteSet): ByteSet {
  const set = a.slice();
  for (let i = 0; i < BYTE_SET_LENGTH; i++) set[i]! &= b[i]!;
  return set;
}

export function isEmptySet(set: ByteSet): boolean {
  for (let i = 0; i < BYTE_SET_LENGTH; i++) if (set[i] !== 0) return false;
  return true;
}

export function isFullSet(set: ByteSet): boolean {
  for (let i = 0; i < BYTE_SET_LENGTH; i++) if (set[i] !== 0xff) return false;
  return true;
}

/** Whether every byte of `a` is in `b`. */
export function isSubset(a: ByteSet, b: ByteSet): boolean {
  for (let i = 0; i < BYTE_SET_LENGTH; i++) if ((a[i]! & ~b[i]!) !== 0) return false;
  return true;
}

export function intersects(a: ByteSet, b: ByteSet): boolean {
  for (let i = 0; i < BYTE_SET_LENGTH; i++) if ((a[i]! & b[i]!) !== 0) return true;
  return false;
}

export function sameSet(a: ByteSet, b: ByteSet): boolean {
  for (let i = 0; i < BYTE_SET_LENGTH; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The bytes of a set in ascending order. */
export function bytesOf(set: ByteSet): number[] {
  const bytes: number[] = [];
  for (let i = 0; i < BYTE_SET_LENGTH; i++) {
    for (let bits = set[i]!, byte = i << 3; bits !== 0; bits >>= 1, byte++) {
      if ((bits & 1) === 1) bytes.push(byte);
    }
  }
  return bytes;
}

/** A key that is equal for equal sets. */
export function setKey(set: ByteSet): string {
  return String.fromCharCode.apply(null, set as unknown as number[]);
}

/** The set with both cases of every letter it holds. */
export function foldCase(set: ByteSet): ByteSet {
  const folded = set.slice();
  for (let lower = 0x61; lower <= 0x7a; lower++) {
    if (hasByte(set, lower)) addByte(folded, lower - 0x20);
    if (hasByte(set, lower - 0x20)) addByte(folded, lower);
  }
  return folded;
}

/** The bytes whose lower case is in the set. */
export function beforeLowercase(set: ByteSet): ByteSet {
  const before = set.slice();
  for (let lower = 0x61; lower <= 0x7a; lower++) {
    const upper = lower - 0x20;
    if (hasByte(set, lower)) addByte(before, upper);
    else before[upper >> 3]! &= ~(1 << (upper & 7));
  }
  return before;
}
