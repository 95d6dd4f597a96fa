/**
 * html_entity_decode: `&#65;`, `&#x41;`, `&quot; &amp; &lt; &gt; &nbsp;` (in any case) to one byte each;
 * the semicolon may be missing. A number gives its low byte, one beyond 63 bits 0xFF, as in ModSecurity;
 * other names stay, while Coraza knows all of HTML 5 and writes UTF-8.
 * Arguments: [from, from + length); `to` has room for `length`.
 * Returns: the new length.
 * Example: { "target": "query.*", "transforms": ["html_entity_decode"], "op": "contains", "value": "<script" }
 */
import { hexDigit, isPrefixWord } from '../bytes';
import { markChanged } from './changed';
import { copyUntil, STRETCH } from './words';

/** What strtol gives when the number does not fit. */
const TOO_LARGE: u64 = 0x7fffffffffffffff;

export function htmlEntityDecode(from: usize, length: u32, to: usize): u32 {
  const end = from + length;
  let out = to;
  for (let p = from; p < end; ) {
    const stop = copyUntil(p, end, out, 0x26);
    out += stop - p;
    p = stop;
    for (const limit = min(end, stop + STRETCH); p < limit; out++) {
      const byte = load<u8>(p);
      if (byte == 0x26) p = decodeEntity(p, end, out);
      else {
        store<u8>(out, byte);
        p++;
      }
    }
  }
  return <u32>(out - to);
}

/** Writes the byte of the entity at `p`, or its ampersand. Returns what follows the bytes it used. */
function decodeEntity(p: usize, end: usize, out: usize): usize {
  let after = p;
  if (p + 1 < end) {
    if (load<u8>(p, 1) != 0x23) after = decodeName(p, end, out);
    else if (p + 2 < end && (load<u8>(p, 2) | 0x20) == 0x78) after = decodeHex(p, end, out);
    else after = decodeDecimal(p, end, out);
  }
  if (after == p) {
    store<u8>(out, 0x26);
    return p + 1;
  }
  markChanged();
  return after < end && load<u8>(after) == 0x3b ? after + 1 : after;
}

function decodeHex(at: usize, end: usize, out: usize): usize {
  const first = at + 3;
  let value: u64 = 0;
  let p = first;
  for (; p < end; p++) {
    const digit = hexDigit(load<u8>(p));
    if (digit < 0) break;
    value = value > TOO_LARGE >> 4 ? TOO_LARGE : (value << 4) | <u64>digit;
  }
  if (p == first) return at;
  store<u8>(out, <u8>value);
  return p;
}

function decodeDecimal(at: usize, end: usize, out: usize): usize {
  const first = at + 2;
  let value: u64 = 0;
  let p = first;
  for (; p < end; p++) {
    const digit: u64 = <u64>load<u8>(p) - 0x30;
    if (digit > 9) break;
    value = value > (TOO_LARGE - digit) / 10 ? TOO_LARGE : value * 10 + digit;
  }
  if (p == first) return at;
  store<u8>(out, <u8>value);
  return p;
}

function decodeName(at: usize, end: usize, out: usize): usize {
  const p = at + 1;
  const length = lettersAt(p, end);
  let byte: u8 = 0;
  if (length == 2) {
    if (isPrefixWord(p, length, 'lt')) byte = 0x3c;
    else if (isPrefixWord(p, length, 'gt')) byte = 0x3e;
  } else if (length == 3) {
    if (isPrefixWord(p, length, 'amp')) byte = 0x26;
  } else if (length == 4) {
    if (isPrefixWord(p, length, 'quot')) byte = 0x22;
    else if (isPrefixWord(p, length, 'nbsp')) byte = 0xa0;
  }
  if (byte == 0) return at;
  store<u8>(out, byte);
  return p + length;
}

/** How many letters and digits stand at `p`; no name has more than four, so five are enough to know. */
function lettersAt(p: usize, end: usize): u32 {
  const limit = min<usize>(end, p + 5);
  let q = p;
  for (; q < limit; q++) {
    const byte: u32 = load<u8>(q);
    if ((byte | 0x20) - 0x61 >= 26 && byte - 0x30 >= 10) break;
  }
  return <u32>(q - p);
}
