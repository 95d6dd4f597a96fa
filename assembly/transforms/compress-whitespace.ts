/**
 * compress_whitespace: every run of white space (ASCII and the no-break space 0xA0) to one space.
 * Arguments: span (at, length) inside the transform buffer.
 * Returns: the new length.
 * Example: { "target": "query.*", "transforms": ["compress_whitespace"], "op": "contains", "value": "or 1" }
 */
import { isSpace } from '../bytes';
import { markChanged } from './changed';

export function compressWhitespace(at: usize, length: u32): u32 {
  let out = at;
  let inRun = false;
  for (let p = at, end = at + length; p < end; p++) {
    const byte = load<u8>(p);
    const isBlank = isSpace(byte) || byte == 0xa0;
    if (isBlank && inRun) {
      markChanged();
      continue;
    }
    if (isBlank && byte != 0x20) markChanged();
    store<u8>(out++, isBlank ? 0x20 : byte);
    inRun = isBlank;
  }
  return <u32>(out - at);
}
