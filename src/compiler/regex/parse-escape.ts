import type { PatternReader } from './pattern-reader.ts';
import { RegexFault } from './regex-fault.ts';

const CONTROLS: ReadonlyMap<string, number> = new Map([
  ['a', 0x07],
  ['e', 0x1b],
  ['f', 0x0c],
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
]);

const BYTES_ONLY = 'expressions work on bytes: write the UTF-8 bytes, e.g. \\xC3\\xA9';

/**
 * The byte that an escape stands for; the cursor is behind the backslash at `start`. Covers what means
 * the same inside and outside of classes; the callers take their own escapes first.
 */
export function parseByteEscape(reader: PatternReader, start: number): number {
  const letter = reader.next();
  const control = CONTROLS.get(letter);
  if (control !== undefined) return control;
  if (letter === 'x') return parseHex(reader, start);
  if (letter === 'o') return parseBracedOctal(reader, start);
  if (letter === 'c') return parseControl(reader, start);
  if (letter >= '0' && letter <= '7') {
    reader.at -= 1;
    return limited(Number.parseInt(reader.takeMatch(/[0-7]{1,3}/y)![0], 8), start);
  }
  if (letter === '') {
    throw new RegexFault(start, 'a backslash at the end escapes nothing', 'write \\\\ for one');
  }
  if (/[0-9A-Za-z]/.test(letter)) {
    throw new RegexFault(start, `the escape \\${letter} is not supported`, adviceFor(letter));
  }
  return letter.charCodeAt(0);
}

function parseHex(reader: PatternReader, start: number): number {
  if (!reader.take('{')) {
    const digits = reader.takeMatch(/[0-9A-Fa-f]{1,2}/y);
    return digits === null ? 0 : Number.parseInt(digits[0], 16);
  }
  const digits = reader.takeMatch(/([0-9A-Fa-f]+)\}/y);
  if (digits === null) {
    throw new RegexFault(start, 'hexadecimal digits and } must follow \\x{', 'write e.g. \\x{2F}');
  }
  return limited(Number.parseInt(digits[1]!, 16), start);
}

function parseBracedOctal(reader: PatternReader, start: number): number {
  const digits = reader.takeMatch(/\{([0-7]+)\}/y);
  if (digits === null) {
    throw new RegexFault(start, 'octal digits in braces must follow \\o', 'write e.g. \\o{57}');
  }
  return limited(Number.parseInt(digits[1]!, 8), start);
}

function parseControl(reader: PatternReader, start: number): number {
  const letter = reader.next();
  if (letter < ' ' || letter > '~') {
    throw new RegexFault(start, 'a printable character must follow \\c', 'write e.g. \\x1B');
  }
  return letter.toUpperCase().charCodeAt(0) ^ 0x40;
}

function limited(code: number, start: number): number {
  if (code <= 0xff) return code;
  throw new RegexFault(start, 'there is no byte above 0xFF', BYTES_ONLY);
}

function adviceFor(letter: string): string {
  if (letter === 'p' || letter === 'P') return `list the characters: ${BYTES_ONLY}`;
  if (letter === 'X' || letter === 'C') return 'write . for one byte';
  if (letter === 'K') return 'leave it out: only whether there is a match counts';
  if (letter === 'R') return 'write (?:\\r\\n|[\\n-\\r])';
  if (letter === 'u' || letter === 'U') return BYTES_ONLY;
  if (letter === 'G') return 'write ^ or \\A for the start of the text';
  if (letter === 'g' || letter === 'k' || /[0-9]/.test(letter)) {
    return 'references to a group have no linear-time matcher: compare the texts in a second condition';
  }
  return `write ${letter} without the backslash if you mean the letter`;
}
