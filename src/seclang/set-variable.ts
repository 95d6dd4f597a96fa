/** One `setvar` of the TX collection. */
export interface SetVariable {
  /** In small letters; may hold macros. */
  readonly name: string;
  readonly how: 'set' | 'add' | 'subtract' | 'unset';
  /** May hold macros. */
  readonly value: string;
}

/** Reads `tx.a=1`, `tx.a=+%{tx.b}`, `!tx.a`; null for a collection that outlives the request. */
export function parseSetVariable(text: string): SetVariable | null {
  const match = /^(!?)tx[.:]([^=]+)(?:=(.*))?$/is.exec(text.trim());
  if (match === null) return null;
  const name = match[2]!.trim().toLowerCase();
  const value = match[3] ?? '1';
  if (match[1] === '!') return { name, how: 'unset', value: '' };
  if (value.startsWith('+')) return { name, how: 'add', value: value.slice(1) };
  if (value.startsWith('-')) return { name, how: 'subtract', value: value.slice(1) };
  return { name, how: 'set', value };
}
