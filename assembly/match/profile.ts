/**
 * What bytes occur in a text, as two words of bits. The program says which bits each byte sets: those of
 * the byte sets that transforms wait for and that every match of some leaf needs.
 */
import { profileRows } from '../program/tables';

/** Set in every profile: what has to happen always waits for this bit. */
export const ALWAYS: u64 = 0x8000_0000_0000_0000;

export let present0: u64 = 0;
export let present1: u64 = 0;

export function profile(at: usize, length: u32): void {
  const rows = profileRows;
  const end = at + length;
  let bits0 = ALWAYS;
  let bits1: u64 = 0;
  for (let p = at; p < end; p++) {
    const row = rows + ((<usize>load<u8>(p)) << 4);
    bits0 |= load<u64>(row);
    bits1 |= load<u64>(row, 8);
  }
  present0 = bits0;
  present1 = bits1;
}
