/**
 * normalize_path: drops empty segments and `.`, and lets `..` take back the segment before it. `..` is
 * dropped at the root and kept at the start of a relative path; a slash at the end is kept.
 * Arguments: span (at, length) inside the transform buffer.
 * Returns: the new length.
 * Example: { "target": "path", "transforms": ["normalize_path"], "op": "starts_with", "value": "/admin/" }
 */
import { equalBytes } from '../bytes';
import { markChanged } from './changed';

const SLASH: u8 = 0x2f;
const DOT: u8 = 0x2e;

export function normalizePath(at: usize, length: u32): u32 {
  if (length == 0) return 0;
  const end = at + length;
  const root = load<u8>(at) == SLASH ? at + 1 : at;
  const closed = load<u8>(end - 1) == SLASH;
  // Below `floor` lie the root and the leading `..` of a relative path, which stay.
  let floor = root;
  let out = root;
  for (let p = root; p < end; ) {
    let stop = p;
    while (stop < end && load<u8>(stop) != SLASH) stop++;
    const size = <u32>(stop - p);
    if (isParent(p, size)) {
      if (out > floor) out = parentOf(floor, out);
      else if (root == at) floor = out = append(root, out, p, size);
    } else if (size > 0 && !(size == 1 && load<u8>(p) == DOT)) {
      out = append(root, out, p, size);
    }
    p = stop + 1;
  }
  if (closed && out > root) store<u8>(out++, SLASH);
  const normalized = <u32>(out - at);
  if (normalized != length) markChanged();
  return normalized;
}

function isParent(p: usize, size: u32): bool {
  return size == 2 && load<u8>(p) == DOT && load<u8>(p + 1) == DOT;
}

/** Writes a segment behind what is there, a slash between them. Never overtakes the reader. */
function append(root: usize, out: usize, segment: usize, size: u32): usize {
  let to = out;
  if (to > root) store<u8>(to++, SLASH);
  if (to != segment && !equalBytes(to, segment, size)) markChanged();
  memory.copy(to, segment, size);
  return to + size;
}

/** Where the text ends once its last segment is taken back. */
function parentOf(floor: usize, out: usize): usize {
  let p = out;
  while (p > floor && load<u8>(p - 1) != SLASH) p--;
  return p > floor ? p - 1 : floor;
}
