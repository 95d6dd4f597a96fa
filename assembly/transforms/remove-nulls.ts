/**
 * remove_nulls: removes NUL bytes.
 * Arguments: [from, from + length); `to` has room for `length`.
 * Returns: the new length.
 * Example: { "target": "body.raw", "transforms": ["remove_nulls"], "op": "contains", "value": "exec(" }
 */
import { markChanged } from './changed';
import { copyUntil, STRETCH } from './words';

export function removeNulls(from: usize, length: u32, to: usize): u32 {
  const end = from + length;
  let out = to;
  for (let p = from; p < end; ) {
    const stop = copyUntil(p, end, out, 0);
    out += stop - p;
    p = stop;
    for (const limit = min(end, stop + STRETCH); p < limit; p++) {
      const byte = load<u8>(p);
      store<u8>(out, byte);
      out += <usize>(byte != 0);
    }
  }
  const size = <u32>(out - to);
  if (size != length) markChanged();
  return size;
}
