/** Kinds of bytes whose presence in a value says something; the order is that of the counts. */
export const BYTE_CLASSES = [
  ...['lower case', 'upper case', 'digits', 'spaces', 'quotes', 'plain punctuation'],
  ...['brackets', 'operators', 'control or high bytes'],
] as const;

export const BYTE_CLASS_COUNT = BYTE_CLASSES.length;

/** Classes that carry syntax: an attack needs one of them sooner or later. */
export const SYNTAX_CLASSES: readonly number[] = [3, 4, 6, 7, 8];

const CLASS_OF = new Uint8Array(256).map((_, byte) => classOf(byte));

function classOf(byte: number): number {
  const character = String.fromCharCode(byte);
  if (byte < 32 && character !== '\t') return 8;
  if (byte > 126) return 8;
  if (/[a-z]/.test(character)) return 0;
  if (/[A-Z]/.test(character)) return 1;
  if (/[0-9]/.test(character)) return 2;
  if (/\s/.test(character)) return 3;
  if ('\'"`'.includes(character)) return 4;
  if ('-_.,:/@+'.includes(character)) return 5;
  if ('()<>[]{}'.includes(character)) return 6;
  return 7;
}

/** How many bytes of each class a text has; one byte per character. */
export function countByteClasses(text: string): Uint32Array {
  const counts = new Uint32Array(BYTE_CLASS_COUNT);
  for (let at = 0; at < text.length; at++) counts[CLASS_OF[text.charCodeAt(at) & 0xff]!]!++;
  return counts;
}
