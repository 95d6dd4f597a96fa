/** Style sheets that run script. */
import { equalBytes, foldByte } from '../bytes';
import { hasCharacter, nextCharacter, openCharacters } from './character';
import { CSS_WORDS } from './html-tables.gen';
import { isIgnored } from './running-url';

/** The last characters that count; when they reach the end, KEPT of them move to the start. */
const ROOM: u32 = 128;
const KEPT: u32 = 16;

const text = memory.data(128);
let size: u32 = 0;

/** A word that runs script occurs, whatever blanks, comments and backslashes are strewn in. */
export function runsAsCss(from: usize, to: usize): bool {
  let inComment = false;
  let last: u8 = 0;
  size = 0;
  openCharacters(from, to);
  while (hasCharacter()) {
    const character = nextCharacter();
    if (inComment) {
      inComment = !(last == 0x2a && character == 0x2f);
      last = inComment ? character : 0;
    } else if (last == 0x2f && character == 0x2a) {
      inComment = true;
      last = 0;
    } else {
      if (last == 0x2f) add(last);
      if (character != 0x2f && add(character)) return true;
      last = character;
    }
  }
  return false;
}

/** Returns true when a word ends with the character. */
function add(character: u8): bool {
  if (isIgnored(character) || character == 0x5c) return false;
  if (size == ROOM) {
    memory.copy(text, text + (ROOM - KEPT), KEPT);
    size = KEPT;
  }
  store<u8>(text + size, foldByte(character));
  size++;
  for (let word = CSS_WORDS; load<u8>(word) != 0; word += 2 + load<u8>(word)) {
    const length: u32 = load<u8>(word);
    if (length <= size && equalBytes(word + 2, text + (size - length), length)) return true;
  }
  return false;
}
