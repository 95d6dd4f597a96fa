/** Finds a text inside another in linear time (Knuth, Morris, Pratt). */
import { foldByte } from '../bytes';
import { ARENA_BORDER_TABLE, MAX_LITERAL_BYTES } from '../layout.gen';
import { charge } from '../steps';

/** Offset of the first occurrence at or behind `from`, -1 when there is none. */
export function indexOf(
  text: usize,
  textLen: u32,
  needle: usize,
  needleLen: u32,
  from: u32,
  fold: bool,
): i32 {
  if (needleLen > MAX_LITERAL_BYTES || from > textLen || needleLen > textLen - from) return -1;
  if (needleLen == 0) return <i32>from;
  charge(needleLen);
  prepare(needle, needleLen, fold);
  let matched: u32 = 0;
  for (let i = from; i < textLen; i++) {
    const byte = byteAt(text, i, fold);
    while (matched > 0 && byte != byteAt(needle, matched, fold)) matched = border(matched);
    if (byte == byteAt(needle, matched, fold)) matched++;
    if (matched == needleLen) {
      charge(i + 1 - from);
      return <i32>(i + 1 - needleLen);
    }
  }
  charge(textLen - from);
  return -1;
}

/** Entry n: length of the longest proper border of the first n bytes of the needle. */
function prepare(needle: usize, length: u32, fold: bool): void {
  setBorder(1, 0);
  let matched: u32 = 0;
  for (let i: u32 = 1; i < length; i++) {
    const byte = byteAt(needle, i, fold);
    while (matched > 0 && byte != byteAt(needle, matched, fold)) matched = border(matched);
    if (byte == byteAt(needle, matched, fold)) matched++;
    setBorder(i + 1, matched);
  }
}

function border(length: u32): u32 {
  return load<u16>(ARENA_BORDER_TABLE + ((<usize>(length - 1)) << 1));
}

function setBorder(length: u32, value: u32): void {
  store<u16>(ARENA_BORDER_TABLE + ((<usize>(length - 1)) << 1), <u16>value);
}

function byteAt(text: usize, index: u32, fold: bool): u8 {
  const byte = load<u8>(text + index);
  return fold ? foldByte(byte) : byte;
}
