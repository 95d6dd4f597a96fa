import { readFileSync } from 'node:fs';
import { packagePath } from '../../../src/config/package-root.ts';

interface WordList {
  readonly letter: string;
  readonly words: readonly string[];
}

const source = JSON.parse(
  readFileSync(packagePath('schemas', 'detectors', 'sql-words.json'), 'utf8'),
) as {
  readonly lists: Readonly<Record<string, WordList>>;
  readonly stored_procedures: { readonly letter: string; readonly prefixes: readonly string[] };
};

/** A byte of a word; a no-break space ends it, be it one byte or two. */
const LETTER = String.raw`(?:[\w$.]|(?!\xc2\xa0)[\x80-\xff](?<![\0-\x7f]\xa0))`;
const WORD = new RegExp(`^(?![\\d.\\xa0]|\\xc2\\xa0)${LETTER}+`);
const CALLED = /^(?:[\0-\x20\x7f\xa0]|\xc2\xa0|\/\*[\s\S]*?\*\/)*\(/;

/** What stands at the start of a text, in the order in which it is tried: letter or function of it. */
const RULES: readonly (readonly [RegExp, string | ((text: string, rest: string) => Found)])[] = [
  [/^(?:[\0-\x20\x7f\xa0]|\xc2\xa0)+/, ''],
  [/^\/\*!\d*/, ''],
  [/^\*\//, ''],
  [
    /^\/\*(?:(?!\*\/)[\s\S])*(?:\*\/)?/,
    (text) => (text.length > 3 && text.endsWith('*/') ? '' : 'c'),
  ],
  [/^(?:--|#)[^\n]*/, comment],
  [/^(?:0x[\da-f]*|0b[01]*|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)/i, number],
  [/^(?:n|x|b|e|q|nq)?(?=['"])/i, string],
  [new RegExp(`^_${LETTER}*(?=['"])`), string],
  [/^`[^`]*`?/, 'w'],
  [/^\[[\w .$-]{0,63}\]/, 'w'],
  [new RegExp(`^@@?${LETTER}*`), 'v'],
  [new RegExp(`${WORD.source}(?:(?<=\\.)\\*)?`), listOf],
  [/^\\N/, 'n'],
  [/^\\/, ''],
  [/^\{[\0-\x20]*[a-z_]\w*/i, ''],
  [/^\}/, ''],
  [/^::[\0-\x20]*[a-z_]\w*/i, ''],
  [/^(?:<=>|[<>!=^~:]=|<>|=)/, 'o'],
  [/^(?:\|\||&&)/, 'l'],
  [/^(?:<<|>>)/, 'a'],
  [/^[<>]/, 'o'],
  [/^\*/, '*'],
  [/^[&|+\-/%^~!]/, 'a'],
  [/^\(/, '<'],
  [/^\)/, '>'],
  [/^[,;]/, (text) => text],
  [/^[\s\S]/, 'x'],
];

/** A letter; with how many bytes were read when that is not what the pattern read. */
type Found = string | readonly [letter: string, length: number];

/** The letters of a text's tokens; `quote` is the one that the text is taken to be within, or ''. */
export function* sqlTokens(text: string, quote: string): Generator<string> {
  let at = 0;
  let comment = '';
  if (quote !== '') {
    at = text.indexOf(quote) + 1;
    yield 'Q';
  }
  while (at < text.length) {
    const rest = text.slice(at);
    const [found, length] = first(rest);
    at += length;
    if (found === 'c' || found === 't') comment = found;
    else if (found !== '') {
      comment = '';
      yield found;
    }
  }
  if (comment !== '') yield comment;
}

function first(rest: string): readonly [letter: string, length: number] {
  for (const [pattern, letter] of RULES) {
    const text = pattern.exec(rest)?.[0];
    if (text === undefined) continue;
    const found = typeof letter === 'string' ? letter : letter(text, rest.slice(text.length));
    return typeof found === 'string' ? [found, text.length] : found;
  }
  throw new Error('every text begins with some token');
}

/** A comment of several words is more likely to be a sentence. */
function comment(text: string): string {
  return /^(?:--|#)[\0-\x20]*[^\0-\x20]+[\0-\x20]+[^\0-\x20]/.test(text) ? 't' : 'c';
}

/** Digits before letters: a number when a word of SQL comes next, else all of it is a name. */
function number(text: string, rest: string): Found {
  const letters = WORD.exec(rest)?.[0] ?? '';
  const isName = letters !== '' && listOf(letters, rest.slice(letters.length)) === 'w';
  return isName ? ['w', text.length + letters.length] : 'n';
}

function string(prefix: string, rest: string): Found {
  const quote = rest[0]!;
  const inside = new RegExp(`^${quote}(?:\\\\[\\s\\S]|${quote}${quote}|[^\\\\${quote}])*`).exec(
    rest,
  )![0];
  const closed = rest[inside.length] === quote;
  const isOpen = !closed && !/[\0-\x20]/.test(inside);
  return [
    isOpen ? 'z' : 's',
    Math.min(prefix.length + rest.length, prefix.length + inside.length + 1),
  ];
}

function listOf(text: string, rest: string): string {
  const name = text.toLowerCase();
  const called = name.slice(name.lastIndexOf('.') + 1);
  for (const [list, { letter, words }] of Object.entries(source.lists)) {
    if (list.endsWith('_call') && !CALLED.test(rest)) continue;
    if (list.endsWith('_call_close') && !rest.startsWith('(')) continue;
    if (words.includes(name) || (list.includes('_call') && words.includes(called))) return letter;
  }
  const { letter, prefixes } = source.stored_procedures;
  return prefixes.some((prefix) => called.startsWith(prefix)) ? letter : 'w';
}
