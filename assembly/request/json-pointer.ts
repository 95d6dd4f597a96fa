/**
 * The JSON Pointer of the value that is read now. It grows by a key or an index and is cut back when a
 * container ends. A step that would make it longer than MAX_POINTER_BYTES becomes `/~`, which no real
 * pointer contains, and so do all steps below it: names stay bounded, however deep and long the keys.
 */
import { ARENA_POINTER_TEXT, MAX_POINTER_BYTES } from '../layout.gen';
import { charge } from '../steps';
import { copyBytes } from './copy-bytes';

const SLASH: u8 = 0x2f;
const TILDE: u8 = 0x7e;

/** Room for the pointer, two more bytes, and what `copyBytes` reads beyond its end. */
const PATH = memory.data(MAX_POINTER_BYTES + 16);
let pathLen: u32 = 0;
/** Where the next finished pointer goes. */
let kept: usize = ARENA_POINTER_TEXT;

/** The pointer that `keepPointer` finished last. */
export let pointerAt: usize = 0;
export let pointerLen: u32 = 0;

export function clearPointers(): void {
  kept = ARENA_POINTER_TEXT;
  pathLen = 0;
}

export function pointerMark(): u32 {
  return pathLen;
}

export function cutPointer(mark: u32): void {
  pathLen = mark;
}

/** Returns false when the key does not fit and is therefore not in the pointer. */
export function pushKey(at: usize, length: u32): bool {
  if (isFull()) return false;
  charge(length);
  let to = pathLen;
  if (to < <u32>MAX_POINTER_BYTES) store<u8>(PATH + to++, SLASH);
  else return overflow();
  for (let i: u32 = 0; i < length; i++) {
    const byte = load<u8>(at + i);
    const isSpecial = byte == SLASH || byte == TILDE;
    if (to + (isSpecial ? 2 : 1) > <u32>MAX_POINTER_BYTES) return overflow();
    store<u8>(PATH + to++, isSpecial ? TILDE : byte);
    if (isSpecial) store<u8>(PATH + to++, byte == SLASH ? 0x31 : 0x30);
  }
  pathLen = to;
  return true;
}

export function pushIndex(index: u32): void {
  if (isFull()) return;
  let digits: u32 = 1;
  for (let rest = index; rest >= 10; rest /= 10) digits++;
  if (pathLen + 1 + digits > <u32>MAX_POINTER_BYTES) {
    overflow();
    return;
  }
  store<u8>(PATH + pathLen, SLASH);
  pathLen += 1 + digits;
  let rest = index;
  for (let p = PATH + pathLen; digits > 0; digits--) {
    store<u8>(--p, <u8>(0x30 + (rest % 10)));
    rest /= 10;
  }
}

/** Copies the pointer to where fields may point at it. */
export function keepPointer(): void {
  charge(pathLen);
  copyBytes(kept, PATH, pathLen);
  pointerAt = kept;
  pointerLen = pathLen;
  kept += pathLen;
}

/** An escape is `~0` or `~1`, so that a tilde at the end can only be the mark of an overflow. */
function isFull(): bool {
  return pathLen > 0 && load<u8>(PATH + pathLen - 1) == TILDE;
}

function overflow(): bool {
  store<u8>(PATH + pathLen++, SLASH);
  store<u8>(PATH + pathLen++, TILDE);
  return false;
}
