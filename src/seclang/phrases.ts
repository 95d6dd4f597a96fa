import { Gap } from './gap.ts';

/**
 * The phrases of `@pm` (words between blanks) or of a data file (one a line, `#` begins a comment line).
 * Blanks at the beginning of a line belong to the phrase.
 */
export function phrasesOf(
  operator: string,
  argument: string,
  data: (name: string) => string | undefined,
): readonly string[] {
  const lists =
    operator === 'pm'
      ? [argument.trim().split(/\s+/)]
      : argument
          .trim()
          .split(/\s+/)
          .map((name) => linesOf(name, data));
  const phrases = [...new Set(lists.flat())].filter((phrase) => phrase !== '');
  if (phrases.length === 0) throw new Gap(`no phrase in ${argument}`);
  return phrases.map(decodeHex);
}

function linesOf(name: string, data: (name: string) => string | undefined): readonly string[] {
  const text = data(name);
  if (text === undefined) throw new Gap(`the data file ${name} is not there`);
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => !/^\s*#/.test(line));
}

/** `|41 42|` inside of a phrase is bytes in hexadecimal. */
function decodeHex(phrase: string): string {
  return phrase.replace(/\|((?:[0-9a-fA-F]{2} ?)+)\|/g, (_, bytes: string) =>
    Buffer.from(bytes.replaceAll(' ', ''), 'hex').toString('latin1'),
  );
}
