/** Normalising a path whose separator is `/`, in place; what that means is in normalize-path.ts. */
import { markChanged } from './changed';
import { splat, zeroBytes } from './words';

const SLASH: u8 = 0x2f;
const DOT: u8 = 0x2e;

/** Returns the new length. */
export function normalizeSegments(at: usize, length: u32): u32 {
  if (isNormal(at, length)) return length;
  const end = at + length;
  const root = load<u8>(at) == SLASH ? at + 1 : at;
  const closed = load<u8>(end - 1) == SLASH;
  // Below `floor` lie the root and the leading `..` of a relative path, which stay.
  let floor = root;
  let out = root;
  for (let p = root; p < end; ) {
    let stop = p;
    while (stop < end && load<u8>(stop) != SLASH) stop++;
    const size = <u32>(stop - p);
    if (isParent(p, size)) {
      if (out > floor) out = parentOf(floor, out);
      else if (root == at) floor = out = append(root, out, p, size);
    } else if (size > 0 && !(size == 1 && load<u8>(p) == DOT)) {
      out = append(root, out, p, size);
    }
    p = stop + 1;
  }
  if (closed && out > root) store<u8>(out++, SLASH);
  const normalized = <u32>(out - at);
  // Bytes are only ever dropped: a text of the same length is the same text.
  if (normalized != length) markChanged();
  return normalized;
}

/** Certainly normal: no segment is empty or begins with a dot. */
function isNormal(at: usize, length: u32): bool {
  if (length == 0) return true;
  const end = at + length;
  if (load<u8>(at) == DOT) return false;
  let p = at;
  let slashBefore: u64 = 0;
  for (; p + 8 <= end; p += 8) {
    const word = load<u64>(p);
    const slashes = zeroBytes(word ^ splat(SLASH));
    const dots = zeroBytes(word ^ splat(DOT));
    if ((((slashes << 8) | slashBefore) & (slashes | dots)) != 0) return false;
    slashBefore = slashes >> 56;
  }
  let before: u8 = slashBefore != 0 ? SLASH : 0;
  for (; p < end; p++) {
    const byte = load<u8>(p);
    if (before == SLASH && (byte == SLASH || byte == DOT)) return false;
    before = byte;
  }
  return true;
}

function isParent(p: usize, size: u32): bool {
  return size == 2 && load<u8>(p) == DOT && load<u8>(p, 1) == DOT;
}

/** Writes a segment behind what is there, a slash between them. Never overtakes the reader. */
function append(root: usize, out: usize, segment: usize, size: u32): usize {
  let to = out;
  if (to > root) store<u8>(to++, SLASH);
  if (to != segment) memory.copy(to, segment, size);
  return to + size;
}

/** Where the text ends once its last segment is taken back. */
function parentOf(floor: usize, out: usize): usize {
  let p = out;
  while (p > floor && load<u8>(p - 1) != SLASH) p--;
  return p > floor ? p - 1 : floor;
}
