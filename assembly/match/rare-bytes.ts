/**
 * Where the current output has a byte that is rare in ordinary text, one bit a byte. Built when it is
 * first asked for; the set is bit 0 of the profile's rows.
 *
 *   rare_bytes   bit i of word w: byte 64 w + i of the output is rare; outputs up to MAX_NOTED_BYTES
 */
import { ARENA_RARE_BYTES, MAX_NOTED_BYTES } from '../layout.gen';
import { profileRows } from '../program/tables';
import { charge } from '../steps';
import { outputAt, outputLen, outputSerial } from './output';

/** The output that the bits are of. */
let noted: u32 = 0;

/** True when the rare bytes of the current output are known from here on. */
export function knowsRareBytes(): bool {
  if (outputLen > MAX_NOTED_BYTES) return false;
  if (noted != outputSerial) noteRareBytes();
  return true;
}

function noteRareBytes(): void {
  charge(outputLen);
  noted = outputSerial;
  const rows = profileRows;
  const end = outputAt + outputLen;
  let word = ARENA_RARE_BYTES;
  for (let p = outputAt; p < end; p += 64) {
    const count = min<usize>(64, end - p);
    let bits: u64 = 0;
    for (let i: usize = 0; i < count; i++) {
      bits |= (load<u64>(rows + ((<usize>load<u8>(p + i)) << 4)) & 1) << i;
    }
    store<u64>(word, bits);
    word += 8;
  }
}

/** The first rare byte at offset `from` or later, or the length of the output. */
export function nextRareByte(from: u32): u32 {
  if (from >= outputLen) return outputLen;
  const last = ARENA_RARE_BYTES + (((outputLen - 1) >> 6) << 3);
  let word = ARENA_RARE_BYTES + ((from >> 6) << 3);
  let bits = (load<u64>(word) >> (from & 63)) << (from & 63);
  const first = word;
  while (bits == 0 && word < last) {
    word += 8;
    bits = load<u64>(word);
  }
  charge(1 + (<u32>(word - first) >> 3));
  if (bits == 0) return outputLen;
  return ((<u32>(word - ARENA_RARE_BYTES)) << 3) + <u32>ctz(bits);
}
