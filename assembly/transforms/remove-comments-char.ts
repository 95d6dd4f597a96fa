/**
 * remove_comments_char: removes the marks of comments and leaves their text.
 * The marks are `/*`, `*` followed by `/`, `<!--`, `-->`, `--` and `#`.
 * Arguments: [from, from + length); `to` has room for `length`.
 * Returns: the new length.
 * Example: { "target": "query.*", "transforms": ["remove_comments_char"], "op": "contains", "value": "union" }
 */
import { markChanged } from './changed';
import { closesHtml, isPair, opensHtml } from './comment-marks';

export function removeCommentsChar(from: usize, length: u32, to: usize): u32 {
  const end = from + length;
  let out = to;
  for (let p = from; p < end; ) {
    const mark = markAt(p, end);
    if (mark == 0) store<u8>(out++, load<u8>(p));
    p += max<u32>(mark, 1);
  }
  const size = <u32>(out - to);
  if (size != length) markChanged();
  return size;
}

/** Length of the mark at `p`, 0 when there is none. */
function markAt(p: usize, end: usize): u32 {
  switch (<i32>load<u8>(p)) {
    case 0x23:
      return 1;
    case 0x2a:
      return isPair(p, end, 0x2a, 0x2f) ? 2 : 0;
    case 0x2d:
      return closesHtml(p, end) ? 3 : isPair(p, end, 0x2d, 0x2d) ? 2 : 0;
    case 0x2f:
      return isPair(p, end, 0x2f, 0x2a) ? 2 : 0;
    case 0x3c:
      return opensHtml(p, end) ? 4 : 0;
    default:
      return 0;
  }
}
