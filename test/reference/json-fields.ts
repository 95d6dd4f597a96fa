import { MAX_BODY_DEPTH, MAX_POINTER_BYTES } from '../../src/config/layout.gen.ts';
import { type FieldList, TableFull } from './field-list.ts';

const STRING = /"((?:[ !#-[\]-\xff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*)"/y;
/** Everything that looks like a number, to be judged as a whole. */
const NUMBER_LIKE = /-?[0-9]*(?:\.[0-9]*)?(?:[eE][+-]?[0-9]*)?/y;
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
const WORD = /true|false|null/y;
const SPACE = /[ \t\r\n]*/y;

class Fault extends Error {}

/** The obvious form of flattening one JSON text. */
export function collectJson(list: FieldList, body: string): void {
  readText(list, withoutMark(body));
}

export function collectJsonLines(list: FieldList, body: string): void {
  for (const line of withoutMark(body).split('\n')) {
    if (/[^ \t\r]/.test(line)) readText(list, line);
  }
}

function withoutMark(body: string): string {
  return body.replace(/^\xef\xbb\xbf/, '');
}

function readText(list: FieldList, text: string): void {
  try {
    new Flattener(list, text).read();
  } catch (error) {
    if (error instanceof TableFull) throw error;
    if (!(error instanceof Fault)) throw error;
    list.fault(error.message);
  }
}

class Flattener {
  readonly #list: FieldList;
  readonly #text: string;
  #at = 0;

  constructor(list: FieldList, text: string) {
    this.#list = list;
    this.#text = text;
  }

  read(): void {
    this.#value('', 0);
    this.#next();
    if (this.#at < this.#text.length) throw new Fault('syntax');
  }

  #value(pointer: string, depth: number): void {
    const first = this.#next();
    if (first === '{' || first === '[') {
      this.#container(pointer, depth, first);
      return;
    }
    if (first === '"') {
      this.#list.named('body.json', pointer, this.#string());
      return;
    }
    const text = /[tfn]/.test(first) ? this.#match(WORD)?.[0] : this.#match(NUMBER_LIKE)![0];
    if (text === undefined || !(NUMBER.test(text) || /^[tfn]/.test(text)))
      throw new Fault('syntax');
    this.#list.named('body.json', pointer, text);
  }

  #container(pointer: string, depth: number, open: string): void {
    if (depth === MAX_BODY_DEPTH) throw new Fault('depth');
    const close = open === '{' ? '}' : ']';
    this.#at += 1;
    if (this.#next() === close) {
      this.#at += 1;
      if (depth > 0) this.#list.named('body.json', pointer, '');
      return;
    }
    for (let index = 0; ; index++) {
      const step = open === '{' ? this.#keyStep(pointer) : extend(pointer, String(index));
      this.#value(step, depth + 1);
      const separator = this.#next();
      this.#at += 1;
      if (separator === close) return;
      if (separator !== ',') throw new Fault('syntax');
    }
  }

  #keyStep(pointer: string): string {
    this.#next();
    const key = this.#string();
    const step = extend(pointer, key.replaceAll('~', '~0').replaceAll('/', '~1'));
    if (step.endsWith('/~')) {
      this.#list.isTruncated = true;
      this.#list.named('body.json', key, '');
    }
    if (this.#next() !== ':') throw new Fault('syntax');
    this.#at += 1;
    return step;
  }

  #string(): string {
    const [, inner] = this.#match(STRING) ?? [];
    if (inner === undefined) throw new Fault('syntax');
    return inner.replace(/\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\./g, (written) =>
      Buffer.from(JSON.parse(`"${written}"`), 'utf8').toString('latin1'),
    );
  }

  /** The next byte that is not white space; '' at the end. */
  #next(): string {
    this.#match(SPACE);
    return this.#text[this.#at] ?? '';
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at += match[0].length;
    return match;
  }
}

/** A pointer that would get too long, and everything below it, ends with a step that no key has. */
function extend(pointer: string, step: string): string {
  if (pointer.endsWith('/~')) return pointer;
  const longer = `${pointer}/${step}`;
  return longer.length > MAX_POINTER_BYTES ? `${pointer}/~` : longer;
}
