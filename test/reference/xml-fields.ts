import { MAX_BODY_DEPTH } from '../../src/config/layout.gen.ts';
import type { FieldList } from './field-list.ts';

const S = '[ \\t\\n\\v\\f\\r]';
const ATTRIBUTE = new RegExp(
  `([^=>/ \\t\\n\\v\\f\\r]*)${S}*(=${S}*(?:"([^"]*)("?)|'([^']*)('?)|([^> \\t\\n\\v\\f\\r]*)))?`,
  'y',
);
/** Up to `>` outside quotes, or with an internal subset up to the first `]>` in it. */
const DECLARATION = new RegExp(`^<!(?:"[^"]*"|'[^']*'|[^>["'])*(?:>|\\[.*?\\]${S}*>)`, 's');
const NAMES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
};

/** The obvious form of taking text and attributes out of an XML body, however broken. */
export function collectXml(list: FieldList, body: string): void {
  const [first, second] = [body.charCodeAt(0), body.charCodeAt(1)];
  const isMarked = /^(\xff\xfe|\xfe\xff)/.test(body);
  if (body.length > 1 && (isMarked || first === 0 || second === 0)) {
    list.fault('encoding');
    return;
  }
  let at = 0;
  let depth = 0;
  const take = (pattern: RegExp) => {
    const match = pattern.exec(body.slice(at));
    if (match !== null) at += match[0].length;
    return match;
  };
  /** Up to `close`; without it the rest is one, and a fault. */
  const upTo = (open: string, close: string) => {
    const stop = body.indexOf(close, at + open.length);
    const inner = body.slice(at + open.length, stop === -1 ? body.length : stop);
    at = stop === -1 ? body.length : stop + close.length;
    if (stop === -1) list.fault('syntax');
    return inner;
  };
  while (at < body.length) {
    const text = take(/^[^<]+/);
    const rest = body.slice(at);
    if (text !== null) addText(list, text[0]);
    else if (rest.startsWith('<!--')) upTo('<!--', '-->');
    else if (rest.startsWith('<?')) upTo('<?', '?>');
    else if (rest.startsWith('<![CDATA[')) {
      const inner = upTo('<![CDATA[', ']]>');
      if (inner !== '') list.plain('body.xml.text', inner);
    } else if (rest.startsWith('<!')) {
      list.fault('dtd');
      if (take(DECLARATION) === null) at = body.length;
    } else if (rest.startsWith('</')) {
      depth -= 1;
      if (depth < 0) list.fault('syntax');
      depth = Math.max(depth, 0);
      upTo('</', '>');
    } else if (/^<[A-Za-z_:\x80-\xff]/.test(rest)) {
      at += 1;
      take(/^[^>/ \t\n\v\f\r]*/);
      const tag = readTag(list, body, at);
      at = tag.end;
      if (!tag.isClosed) depth += 1;
      if (depth > MAX_BODY_DEPTH) {
        list.fault('depth');
        return;
      }
    } else {
      list.fault('syntax');
      addText(list, take(/^<[^<]*/)![0]);
    }
  }
  if (depth > 0) list.fault('syntax');
}

function addText(list: FieldList, text: string): void {
  if (/[^ \t\n\v\f\r]/.test(text)) list.plain('body.xml.text', decode(text));
}

function readTag(list: FieldList, body: string, from: number): { end: number; isClosed: boolean } {
  let at = from;
  for (;;) {
    while (/[ \t\n\v\f\r]/.test(body[at] ?? '')) at += 1;
    if (at >= body.length) {
      list.fault('syntax');
      return { end: body.length, isClosed: false };
    }
    if (body[at] === '>') return { end: at + 1, isClosed: false };
    if (body.startsWith('/>', at)) return { end: at + 2, isClosed: true };
    if (body[at] === '/') {
      list.fault('syntax');
      at += 1;
      continue;
    }
    ATTRIBUTE.lastIndex = at;
    const [all, name = '', value, double, endOfDouble, single, endOfSingle, bare] =
      ATTRIBUTE.exec(body)!;
    if (value === undefined || bare !== undefined || (endOfDouble ?? endOfSingle) === '') {
      list.fault('syntax');
    }
    list.named('body.xml.attributes', name, decode(double ?? single ?? bare ?? ''));
    at += all.length;
  }
}

function decode(text: string): string {
  return text.replace(
    /&(?:(lt|gt|amp|quot|apos)|#([0-9]+)|#x([0-9a-fA-F]+));/g,
    (all, name, decimal, hex) => {
      if (name !== undefined) return NAMES[name]!;
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return all;
      return Buffer.from(String.fromCodePoint(code), 'utf8').toString('latin1');
    },
  );
}
