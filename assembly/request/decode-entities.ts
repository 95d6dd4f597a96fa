/**
 * Decodes what XML knows without a document type: `&lt; &gt; &amp; &quot; &apos;` and numeric references,
 * as UTF-8. Anything else that begins with `&` stays. Every reference is longer than what it stands for.
 */
import { hexDigit } from '../bytes';
import { charge } from '../steps';
import { keepText, textEnd } from './text-arena';
import { writeUtf8 } from './write-utf8';

const AMPERSAND: u8 = 0x26;
const SEMICOLON: u8 = 0x3b;
const MAX_CODE: u32 = 0x10ffff;

/** Behind the reference that `codeAt` read. */
let referenceEnd: usize = 0;

/** Writes the decoded form of [from, to) to the text arena. It begins where `textEnd` was. */
export function decodeEntities(from: usize, to: usize): void {
  charge(2 * <u32>(to - from));
  let out = textEnd;
  let p = from;
  while (p < to) {
    const byte = load<u8>(p);
    const code = byte == AMPERSAND ? codeAt(p + 1, to) : 0;
    if (code == 0) {
      store<u8>(out++, byte);
      p++;
    } else {
      out = writeUtf8(out, code);
      p = referenceEnd;
    }
  }
  keepText(out);
}

/** The character that the reference behind an ampersand stands for, 0 when it is none. */
function codeAt(p: usize, end: usize): u32 {
  if (p + 3 > end) return 0;
  if (load<u8>(p) == 0x23) return numberAt(p + 1, end);
  // Words of memory: "lt;", "gt;", and "amp;", "quot", "apos".
  const three = load<u16>(p) | ((<u32>load<u8>(p, 2)) << 16);
  referenceEnd = p + 3;
  if (three == 0x3b_746c) return 0x3c;
  if (three == 0x3b_7467) return 0x3e;
  if (p + 4 > end) return 0;
  const four = load<u32>(p);
  referenceEnd = p + 4;
  if (four == 0x3b70_6d61) return 0x26;
  if (p + 5 > end || load<u8>(p, 4) != SEMICOLON) return 0;
  referenceEnd = p + 5;
  if (four == 0x746f_7571) return 0x22;
  return four == 0x736f_7061 ? 0x27 : 0;
}

/** `65;` or `x41;`: a character of Unicode other than 0 and half of a surrogate pair. */
function numberAt(at: usize, end: usize): u32 {
  const isHex = load<u8>(at) == 0x78;
  const start = isHex ? at + 1 : at;
  let code: u32 = 0;
  let p = start;
  for (; p < end; p++) {
    const digit = hexDigit(load<u8>(p));
    if (digit < 0 || (!isHex && digit > 9)) break;
    code = min(code * (isHex ? 16 : 10) + <u32>digit, MAX_CODE + 1);
  }
  if (p == start || p >= end || load<u8>(p) != SEMICOLON) return 0;
  referenceEnd = p + 1;
  return code > MAX_CODE || (code >= 0xd800 && code < 0xe000) ? 0 : code;
}
