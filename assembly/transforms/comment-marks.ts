/** The marks of comments in SQL, C and HTML. */

/** The two bytes at `p` are `first` and `second`. */
export function isPair(p: usize, end: usize, first: u8, second: u8): bool {
  return p + 1 < end && load<u8>(p) == first && load<u8>(p, 1) == second;
}

/** The HTML mark `<!--` stands at `p`. */
export function opensHtml(p: usize, end: usize): bool {
  return p + 3 < end && load<u32>(p) == 0x2d2d213c;
}

/** The HTML mark `-->` stands at `p`. */
export function closesHtml(p: usize, end: usize): bool {
  return isPair(p, end, 0x2d, 0x2d) && p + 2 < end && load<u8>(p, 2) == 0x3e;
}
