/**
 * Would a value run script in the page that it is put into? It is read as text, as attributes of a tag, as
 * the rest of an attribute in each quote that occurs in it, and as a URL.
 */
import { charge } from '../steps';
import { runsAsAttributes, runsAsText } from './html-reader';
import { runsAsUrl } from './running-url';

/** Steps per byte that is read as attributes: their values are read again as URLs. */
const ATTRIBUTE_STEPS: u32 = 2;

/** The value (at, length) is an injection of HTML or script. */
export function isXss(at: usize, length: u32): bool {
  const end = at + length;
  charge(2 * length);
  if (runsAsUrl(at, end, false)) return true;
  if (!hasMarkup(at, end)) return false;
  return (
    runsAsText(at, end) ||
    runsFrom(at, end) ||
    runsBehind(0x27, at, end) ||
    runsBehind(0x22, at, end) ||
    runsBehind(0x60, at, end)
  );
}

/** Without `<` there is no tag, without `=` no attribute. */
function hasMarkup(at: usize, end: usize): bool {
  for (let i = at; i < end; i++) {
    const byte = load<u8>(i);
    if (byte == 0x3c || byte == 0x3d) return true;
  }
  return false;
}

function runsFrom(at: usize, end: usize): bool {
  charge(<u32>(end - at) * ATTRIBUTE_STEPS);
  return runsAsAttributes(at, end);
}

/** Within `quote` everything counts that stands behind the first one. */
function runsBehind(quote: u8, at: usize, end: usize): bool {
  charge(<u32>(end - at));
  for (let i = at; i < end; i++) {
    if (load<u8>(i) == quote) return runsFrom(i + 1, end);
  }
  return false;
}
