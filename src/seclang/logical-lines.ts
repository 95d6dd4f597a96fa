/** A directive as one line of text. */
export interface LogicalLine {
  /** Line of the file on which it begins, from 1. */
  readonly line: number;
  readonly text: string;
}

/** Joins lines that end with a backslash, and leaves out blank lines and comments. */
export function* logicalLines(text: string): Generator<LogicalLine> {
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index++) {
    if (/^\s*(?:#|$)/.test(lines[index]!)) continue;
    const line = index + 1;
    const parts = [lines[index]!];
    while (parts.at(-1)!.endsWith('\\') && index + 1 < lines.length) {
      parts.push(parts.pop()!.slice(0, -1));
      index += 1;
      parts.push(lines[index]!);
    }
    yield { line, text: parts.join('').trim() };
  }
}

/**
 * The words of a directive. A word in quotes may hold blanks, and its own quote after a backslash; every
 * other backslash stays, as regular expressions need it. null when a quote is not closed.
 */
export function splitWords(text: string): readonly string[] | null {
  const words: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at]!)) {
      at += 1;
      continue;
    }
    const quote = text[at] === '"' || text[at] === "'" ? text[at]! : '';
    const end = quote === '' ? endOfBare(text, at) : endOfQuoted(text, at + 1, quote);
    if (end === -1) return null;
    const word = text.slice(at + quote.length, end);
    words.push(quote === '' ? word : word.replaceAll(`\\${quote}`, quote));
    at = end + quote.length;
  }
  return words;
}

function endOfBare(text: string, from: number): number {
  const blank = text.slice(from).search(/\s/);
  return blank === -1 ? text.length : from + blank;
}

function endOfQuoted(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === quote) return at;
  }
  return -1;
}
