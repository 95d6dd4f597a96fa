/** A token of JSON text; `end` is exclusive. */
export interface Token {
  readonly kind:
    | '{'
    | '}'
    | '['
    | ']'
    | ':'
    | ','
    | 'string'
    | 'number'
    | 'literal'
    | 'end'
    | 'bad';
  readonly start: number;
  readonly end: number;
  /** The decoded value of a string, number or literal; for `bad`, what is wrong with it. */
  readonly value: unknown;
}

const BLANK = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING_PART = /[^"\\\p{Cc}]*/uy;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const LITERALS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** Reads the token that starts at or after `from`. Never throws; a fault is a `bad` token. */
export function scanToken(text: string, from: number): Token {
  const start = skip(BLANK, text, from);
  const first = text[start];
  if (first === undefined) return { kind: 'end', start, end: start, value: undefined };
  if ('{}[]:,'.includes(first)) {
    return { kind: first as '{', start, end: start + 1, value: undefined };
  }
  if (first === '"') return scanString(text, start);
  const end = skip(NUMBER, text, start);
  if (end > start) {
    return { kind: 'number', start, end, value: Number(text.slice(start, end)) };
  }
  return scanWord(text, start);
}

function scanString(text: string, start: number): Token {
  let at = start + 1;
  for (;;) {
    at = skip(STRING_PART, text, at);
    const next = text[at];
    if (next === '"') {
      return { kind: 'string', start, end: at + 1, value: JSON.parse(text.slice(start, at + 1)) };
    }
    if (next === undefined || next === '\n' || next === '\r') {
      return bad(start, at, 'a string that is not closed');
    }
    if (next === '\\') {
      const after = skip(ESCAPE, text, at);
      if (after === at) return bad(at, at + 2, 'an escape that JSON does not have');
      at = after;
    } else if (next < ' ') {
      return bad(at, at + 1, 'a control character, which must be written as an escape');
    } else {
      at++; // U+007F..U+009F are control characters that JSON allows.
    }
  }
}

function scanWord(text: string, start: number): Token {
  const end = skip(WORD, text, start);
  const word = text.slice(start, end);
  if (LITERALS.has(word)) return { kind: 'literal', start, end, value: LITERALS.get(word) };
  if (word !== '') return bad(start, end, `the word ${word.slice(0, 40)}`);
  if (text.startsWith('//', start) || text.startsWith('/*', start)) {
    return bad(start, start + 2, 'a comment, which JSON does not have');
  }
  const character = String.fromCodePoint(text.codePointAt(start) ?? 0);
  return bad(start, start + character.length, `the character ${JSON.stringify(character)}`);
}

function bad(start: number, end: number, what: string): Token {
  return { kind: 'bad', start, end, value: what };
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  pattern.test(text);
  return Math.max(pattern.lastIndex, at);
}
