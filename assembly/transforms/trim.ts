/**
 * trim: removes ASCII white space at both ends.
 * Arguments: span (at, length) inside the transform buffer.
 * Returns: the new length; the text is moved to the start of the span.
 * Example: { "target": "headers[x-token]", "transforms": ["trim"], "op": "equals", "value": "" }
 */
import { isSpace } from '../bytes';
import { markChanged } from './changed';

export function trim(at: usize, length: u32): u32 {
  let start = at;
  let end = at + length;
  while (start < end && isSpace(load<u8>(start))) start++;
  while (end > start && isSpace(load<u8>(end - 1))) end--;
  const trimmed = <u32>(end - start);
  if (trimmed != length) {
    memory.copy(at, start, trimmed);
    markChanged();
  }
  return trimmed;
}
