/** A set of bytes: bit b of byte b / 8 says whether byte b belongs to it. 32 bytes. */
export type ByteSet = Uint8Array;

export function byteSet(bytes: Iterable<number>): ByteSet {
  const set = new Uint8Array(32);
  for (const byte of bytes) set[byte >> 3]! |= 1 << (byte & 7);
  return set;
}

export function hasByte(set: ByteSet, byte: number): boolean {
  return ((set[byte >> 3]! >> (byte & 7)) & 1) === 1;
}

export function complementOf(set: ByteSet): ByteSet {
  return set.map((bits) => ~bits);
}

export function bytesOf(set: ByteSet): number[] {
  return Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => hasByte(set, byte));
}

export function isSubset(inner: ByteSet, outer: ByteSet): boolean {
  return inner.every((bits, i) => (bits & ~outer[i]!) === 0);
}

/** What makes two sets the same, as a key of a map. */
export function keyOf(set: ByteSet): string {
  return Buffer.from(set).toString('latin1');
}
