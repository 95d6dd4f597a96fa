import type { FieldList } from './field-list.ts';
import { headerParameters } from './header-parameters.ts';
import { percentDecode } from './percent-decode.ts';

const NOT_SPACE = /[^ \t\n\v\f\r]/;

interface Delimiter {
  readonly start: number;
  readonly end: number;
  readonly isLast: boolean;
}

/** The obvious form of splitting a multipart body. */
export function collectMultipart(list: FieldList, contentType: string, body: string): void {
  const boundaries = headerParameters(contentType).filter(({ name }) => name === 'boundary');
  const [{ value, isUnclosed } = { value: '', isUnclosed: false }] = boundaries;
  if (boundaries.length !== 1 || isUnclosed || value === '' || /[^ -\xff]/.test(value)) {
    list.fault('boundary');
    return;
  }
  const lines = new Lines(list, body, `--${value}`);
  let delimiter = lines.nextDelimiter(0);
  while (delimiter !== null && !delimiter.isLast && delimiter.end < body.length) {
    delimiter = readPart(list, lines, delimiter.end);
  }
  if (delimiter?.isLast !== true || NOT_SPACE.test(body.slice(delimiter.end))) list.fault('syntax');
}

class Lines {
  readonly body: string;
  readonly #list: FieldList;
  readonly #mark: string;

  constructor(list: FieldList, body: string, mark: string) {
    this.body = body;
    this.#list = list;
    this.#mark = mark;
  }

  nextDelimiter(from: number): Delimiter | null {
    for (let start = from; start < this.body.length; start = this.#end(start)) {
      const delimiter = this.delimiterAt(start);
      if (delimiter !== null) return delimiter;
    }
    return null;
  }

  /** The delimiter that the line at `start` is; one that only begins like it is a fault. */
  delimiterAt(start: number): Delimiter | null {
    const end = this.#end(start);
    const line = this.body.slice(start, end);
    if (!line.startsWith(this.#mark)) return null;
    const rest = /^(--)?[ \t]*\r?\n?$/.exec(line.slice(this.#mark.length));
    if (rest === null) this.#list.fault('boundary');
    return rest && { start, end, isLast: rest[1] !== undefined };
  }

  #end(start: number): number {
    const lineEnd = this.body.indexOf('\n', start);
    return lineEnd === -1 ? this.body.length : lineEnd + 1;
  }
}

function readPart(list: FieldList, lines: Lines, from: number): Delimiter | null {
  const { body } = lines;
  const dispositions: string[] = [];
  for (let at = from; ; ) {
    const here = at < body.length ? lines.delimiterAt(at) : null;
    if (here !== null || at >= body.length) {
      list.fault('syntax');
      addPart(list, dispositions, '');
      return here;
    }
    const blank = /^\r?\n/.exec(body.slice(at, at + 2));
    if (blank !== null) {
      const start = at + blank[0].length;
      const delimiter = lines.nextDelimiter(start);
      const content = body.slice(start, delimiter?.start ?? body.length);
      if (delimiter === null) list.fault('syntax');
      else checkLast(list, body, delimiter);
      addPart(list, dispositions, delimiter === null ? content : content.replace(/\r?\n$/, ''));
      return delimiter;
    }
    const line = /^[^\n]*(?:\n[ \t][^\n]*)*/.exec(body.slice(at))![0];
    readHeader(list, line, dispositions);
    at += line.length + 1;
  }
}

/** What stands behind the last delimiter is judged before the part that it ends is added. */
function checkLast(list: FieldList, body: string, { isLast, end }: Delimiter): void {
  const isOver = isLast ? NOT_SPACE.test(body.slice(end)) : end >= body.length;
  if (isOver) list.fault('syntax');
}

function readHeader(list: FieldList, line: string, dispositions: string[]): void {
  const colon = line.indexOf(':');
  const name = (colon === -1 ? line : line.slice(0, colon)).replace(/[ \t\r\n]+$/, '');
  const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
  if (colon === -1) list.fault('syntax');
  if (name.toLowerCase() === 'content-disposition') {
    if (dispositions.length > 0) list.fault('syntax');
    else if (headerParameters(value).some(({ isUnclosed }) => isUnclosed)) list.fault('syntax');
    dispositions.push(value);
    checkRepeated(list, dispositions[0]!);
  }
  list.named('body.parts.headers', name, value);
}

function checkRepeated(list: FieldList, disposition: string): void {
  const names = headerParameters(disposition).map(({ name }) => name);
  for (const name of ['name', 'filename', 'filename*']) {
    if (names.filter((other) => other === name).length > 1) list.fault('syntax');
  }
}

function addPart(list: FieldList, [disposition = '']: string[], content: string): void {
  const all = headerParameters(disposition);
  const first = (name: string) => all.find((parameter) => parameter.name === name);
  const name = first('name')?.text ?? '';
  const [plain, long] = [first('filename')?.text, first('filename*')?.value];
  if (plain !== undefined || long !== undefined) list.fileBytes += content.length;
  if (plain !== undefined) list.named('files', name, plain);
  if (long !== undefined) {
    const [, , ...text] = long.split("'");
    list.named('files', name, percentDecode(text.length > 0 ? text.join("'") : long));
  }
  if (plain === undefined) list.named('body.form', name, content);
}
