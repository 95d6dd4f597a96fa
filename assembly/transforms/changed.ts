/**
 * Whether a transform has altered a byte since the flag was cleared: if not, what was scanned before need
 * not be again. Exact: set if and only if the output differs from the input.
 */
import { equalBytes } from '../bytes';

let changed: bool = false;

export function clearChanged(): void {
  changed = false;
}

export function markChanged(): void {
  changed = true;
}

export function hasChanged(): bool {
  return changed;
}

/** For transforms that cannot tell along the way: compares output with input. */
export function markDifference(from: usize, length: u32, to: usize, written: u32): void {
  if (written != length || !equalBytes(from, to, length)) changed = true;
}
