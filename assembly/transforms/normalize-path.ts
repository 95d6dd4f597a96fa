/**
 * normalize_path: drops empty segments and `.`, and lets `..` take back the segment before it. `..` is
 * dropped at the root and kept at the start of a relative path; a slash at the end is kept. ModSecurity
 * also takes segments for `..` that only end in two dots (`a..`); this is the rule of RFC 3986 instead.
 * Arguments: [from, from + length); `to` has room for `length`.
 * Returns: the new length.
 * Example: { "target": "path", "transforms": ["normalize_path"], "op": "starts_with", "value": "/admin/" }
 */
import { normalizeSegments } from './normalize-segments';

export function normalizePath(from: usize, length: u32, to: usize): u32 {
  memory.copy(to, from, length);
  return normalizeSegments(to, length);
}
