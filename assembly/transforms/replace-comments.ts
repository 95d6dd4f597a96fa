/**
 * replace_comments: every C comment to one space; one that does not end, to the end of the value.
 * Arguments: [from, from + length); `to` has room for `length`.
 * Returns: the new length.
 * Example: { "target": "query.*", "transforms": ["replace_comments"], "op": "contains", "value": "union select" }
 */
import { markChanged } from './changed';
import { copyUntil, STRETCH } from './words';

export function replaceComments(from: usize, length: u32, to: usize): u32 {
  const end = from + length;
  let out = to;
  // The text outside of comments that is being copied begins here.
  let start = from;
  for (let p = from; p < end; ) {
    const stop = copyUntil(p, end, out, 0x2a);
    out += stop - p;
    p = stop;
    for (const limit = min(end, stop + STRETCH); p < limit; ) {
      const byte = load<u8>(p++);
      if (byte != 0x2a || p - 1 == start || load<u8>(p - 2) != 0x2f) {
        store<u8>(out++, byte);
        continue;
      }
      store<u8>(out - 1, 0x20);
      p = afterComment(p, end);
      start = p;
      markChanged();
    }
  }
  return <u32>(out - to);
}

/** What follows the end of the comment that `p` lies in. */
function afterComment(p: usize, end: usize): usize {
  for (let q = p; q + 1 < end; q++) {
    if (load<u8>(q) == 0x2a && load<u8>(q, 1) == 0x2f) return q + 2;
  }
  return end;
}
