/**
 * normalize_path_win: backslashes to slashes, then normalize_path.
 * Arguments: [from, from + length); `to` has room for `length`.
 * Returns: the new length.
 * Example: { "target": "query.*", "transforms": ["normalize_path_win"], "op": "contains", "value": "/windows/" }
 */
import { normalizeSegments } from './normalize-segments';
import { replaceByte } from './words';

export function normalizePathWin(from: usize, length: u32, to: usize): u32 {
  replaceByte(from, length, to, 0x5c, 0x2f);
  return normalizeSegments(to, length);
}
