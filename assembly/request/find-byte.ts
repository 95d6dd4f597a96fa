/** The first `byte` in [at, end), eight bytes at a time; `end` when there is none. Callers charge. */
export function findByte(at: usize, end: usize, byte: u8): usize {
  const ones: u64 = 0x0101_0101_0101_0101;
  const pattern = ones * <u64>byte;
  let p = at;
  while (p + 8 <= end) {
    const word = load<u64>(p) ^ pattern;
    const zeros = (word - ones) & ~word & 0x8080_8080_8080_8080;
    if (zeros != 0) return p + (<usize>ctz(zeros) >> 3);
    p += 8;
  }
  while (p < end && load<u8>(p) != byte) p++;
  return p;
}
