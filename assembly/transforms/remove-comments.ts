/**
 * remove_comments: removes C and HTML comments, which may end with each other's mark, and everything from
 * `--` or `#`. A comment that does not end leaves a space.
 * Arguments: [from, from + length); `to` has room for `length`.
 * Returns: the new length.
 * Example: { "target": "query.*", "transforms": ["remove_comments"], "op": "contains", "value": "unionselect" }
 */
import { classOf, MARK } from './byte-classes';
import { markChanged } from './changed';
import { closesHtml, isPair, opensHtml } from './comment-marks';

export function removeComments(from: usize, length: u32, to: usize): u32 {
  const end = from + length;
  let out = to;
  let isOpen = false;
  for (let p = from; p < end; ) {
    const byte = load<u8>(p);
    if ((classOf(byte) & MARK) == 0) {
      store<u8>(out, byte);
      out += <usize>!isOpen;
      p++;
    } else if (isOpen) {
      const closed: u32 = isPair(p, end, 0x2a, 0x2f) ? 2 : closesHtml(p, end) ? 3 : 0;
      isOpen = closed == 0;
      p += max<u32>(closed, 1);
    } else if (byte == 0x23 || isPair(p, end, 0x2d, 0x2d)) {
      break;
    } else {
      const opened: u32 = isPair(p, end, 0x2f, 0x2a) ? 2 : opensHtml(p, end) ? 4 : 0;
      isOpen = opened > 0;
      p += max<u32>(opened, 1);
      if (!isOpen) store<u8>(out++, byte);
    }
  }
  if (isOpen) store<u8>(out++, 0x20);
  const size = <u32>(out - to);
  if (size != length) markChanged();
  return size;
}
