/** Characters of attribute values, with references such as `&#106;` resolved. */
import { foldByte, hexDigit, isPrefixWord } from '../bytes';

let at: usize = 0;
let end: usize = 0;
/** What the last reference stands for. */
let number: u8 = 0;

export function openCharacters(from: usize, to: usize): void {
  at = from;
  end = to;
}

export function hasCharacter(): bool {
  return at < end;
}

/** The next character; all above 255 are 255, since none of them matters. */
export function nextCharacter(): u8 {
  const byte = load<u8>(at);
  if (byte == 0x26) {
    if (at + 1 < end && load<u8>(at, 1) == 0x23) {
      if (readsNumber()) return number;
    } else if (readsNamed()) return number;
  }
  at++;
  return byte;
}

/** `&#` and digits, or `&#x` and hexadecimal digits. */
function readsNumber(): bool {
  let i = at + 2;
  const isHex = i < end && foldByte(load<u8>(i)) == 0x78;
  if (isHex) i++;
  const base: u32 = isHex ? 16 : 10;
  const most: u32 = isHex ? 6 : 7;
  const from = i;
  while (i < end && load<u8>(i) == 0x30) i++;
  let code: u32 = 0;
  for (let digits: u32 = 0; i < end && digits < most; digits++, i++) {
    const digit = hexDigit(load<u8>(i));
    if (<u32>digit >= base) break;
    code = code * base + digit;
  }
  return i > from && resolve(i, <u8>min(code, 255));
}

function readsNamed(): bool {
  const from = at + 1;
  const length = <u32>(end - from);
  if (isPrefixWord(from, length, 'colon')) return resolve(from + 5, 0x3a);
  if (isPrefixWord(from, length, 'tab')) return resolve(from + 3, 0x09);
  if (isPrefixWord(from, length, 'newline')) return resolve(from + 7, 0x0a);
  return isPrefixWord(from, length, 'lpar') && resolve(from + 4, 0x28);
}

/** The reference ends at `last`, or behind the semicolon there. */
function resolve(last: usize, character: u8): bool {
  number = character;
  at = last < end && load<u8>(last) == 0x3b ? last + 1 : last;
  return true;
}
