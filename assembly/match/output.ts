/** The output that is tested now: a value of the request in one transformed form. */

export let outputAt: usize = 0;
export let outputLen: u32 = 0;
/** Tells outputs apart; grows from one to the next. */
export let outputSerial: u32 = 0;
/** Its profile, see profile.ts. */
export let outputBits0: u64 = 0;
export let outputBits1: u64 = 0;

export function startOutput(at: usize, length: u32, serial: u32, bits0: u64, bits1: u64): void {
  outputAt = at;
  outputLen = length;
  outputSerial = serial;
  outputBits0 = bits0;
  outputBits1 = bits1;
}
