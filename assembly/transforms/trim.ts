/**
 * trim: removes ASCII white space at both ends.
 * Arguments: [from, from + length); `to` has room for `length`.
 * Returns: the new length.
 * Example: { "target": "headers[x-token]", "transforms": ["trim"], "op": "equals", "value": "" }
 */
import { isSpace } from '../bytes';
import { markChanged } from './changed';

export function trim(from: usize, length: u32, to: usize): u32 {
  const start = afterSpace(from, from + length);
  return keep(start, beforeSpace(start, from + length), length, to);
}

/** trim_left: removes ASCII white space at the start. */
export function trimLeft(from: usize, length: u32, to: usize): u32 {
  const end = from + length;
  return keep(afterSpace(from, end), end, length, to);
}

/** trim_right: removes ASCII white space at the end. */
export function trimRight(from: usize, length: u32, to: usize): u32 {
  return keep(from, beforeSpace(from, from + length), length, to);
}

function afterSpace(from: usize, end: usize): usize {
  let start = from;
  while (start < end && isSpace(load<u8>(start))) start++;
  return start;
}

function beforeSpace(start: usize, from: usize): usize {
  let end = from;
  while (end > start && isSpace(load<u8>(end - 1))) end--;
  return end;
}

function keep(start: usize, end: usize, length: u32, to: usize): u32 {
  const trimmed = <u32>(end - start);
  memory.copy(to, start, trimmed);
  if (trimmed != length) markChanged();
  return trimmed;
}
