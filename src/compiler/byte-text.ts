/**
 * Text as the engine sees it: bytes, held in strings of one character per byte so that they can be keys
 * of a map and compare in byte order.
 */
export type ByteText = string;

/** UTF-8 bytes of a rule's text. */
export function toBytes(text: string): ByteText {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** ASCII capitals to small letters; other bytes stay. */
export function foldBytes(text: ByteText): ByteText {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** FNV-1a, 32 bits, as the engine computes it over folded text. */
export function hashBytes(text: ByteText): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

/** As hashBytes, over the kind of a field and its folded name. */
export function hashName(kind: number, name: ByteText): number {
  let hash = Math.imul(0x811c9dc5 ^ kind, 0x01000193);
  const folded = foldBytes(name);
  for (let i = 0; i < folded.length; i++) {
    hash = Math.imul(hash ^ folded.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

/** The smallest distance at which a text can occur again: `abab` 2, `abc` 3. At least 1. */
export function periodOf(text: ByteText): number {
  const borders = new Uint32Array(text.length + 1);
  for (let i = 1, matched = 0; i < text.length; i++) {
    while (matched > 0 && text[i] !== text[matched]) matched = borders[matched]!;
    if (text[i] === text[matched]) matched += 1;
    borders[i + 1] = matched;
  }
  return Math.max(1, text.length - borders[text.length]!);
}

/** Byte order, which is the order of the characters. */
export function compareBytes(a: ByteText, b: ByteText): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
