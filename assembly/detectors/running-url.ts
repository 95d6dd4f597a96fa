/** URLs that run script when they are opened. */
import { equalBytes, foldByte } from '../bytes';
import { hasCharacter, nextCharacter, openCharacters } from './character';
import { SCHEME_IS_DOCUMENT, SCHEMES } from './html-tables.gen';

/** More than the longest scheme. */
const ROOM: u32 = 40;

/** The beginning of the URL in lower case, without the blanks that browsers ignore. */
const text = memory.data(40);
let size: u32 = 0;
/** What stands behind the first colon. */
let behindColon: u8 = 0;

/** Whether a browser would run the URL. A text that is no attribute has to go on without a blank. */
export function runsAsUrl(from: usize, to: usize, isAttribute: bool): bool {
  readBeginning(from, to);
  for (let scheme = SCHEMES; load<u8>(scheme) != 0; scheme += 2 + load<u8>(scheme)) {
    const length: u32 = load<u8>(scheme);
    if (length > size || !equalBytes(scheme + 2, text, length)) continue;
    if (isAttribute) return true;
    if (load<u8>(scheme, 1) != SCHEME_IS_DOCUMENT && !isIgnored(behindColon)) return true;
  }
  return false;
}

function readBeginning(from: usize, to: usize): void {
  let hasColon = false;
  let isBehind = false;
  size = 0;
  behindColon = 0;
  openCharacters(from, to);
  while (size < ROOM && hasCharacter()) {
    const character = nextCharacter();
    if (isBehind) behindColon = character;
    isBehind = character == 0x3a && !hasColon;
    if (isBehind) hasColon = true;
    if (!isIgnored(character)) {
      store<u8>(text + size, foldByte(character));
      size++;
      if (size == 1 && !beginsScheme()) return;
    }
  }
}

/** Most texts are no URL that runs, and the first letter tells. */
function beginsScheme(): bool {
  const first = load<u8>(text);
  for (let scheme = SCHEMES; load<u8>(scheme) != 0; scheme += 2 + load<u8>(scheme)) {
    if (load<u8>(scheme, 2) == first) return true;
  }
  return false;
}

/** Blanks and controls. */
export function isIgnored(character: u8): bool {
  return character <= 0x20 || character == 0x7f;
}
