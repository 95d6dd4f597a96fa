/** Whether the chain that runs has altered a byte: if not, what was scanned before need not be again. */
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
