import { MAX_FACTS, REQUEST_MAX_HEADERS, REQUEST_MAX_VALUES } from '../../src/config/layout.gen.ts';
import type { InspectionRequest } from '../../src/engine/verdict.ts';
import { FieldList } from './field-list.ts';
import { collectJson, collectJsonLines } from './json-fields.ts';
import { collectMultipart } from './multipart-fields.ts';
import { percentDecode } from './percent-decode.ts';
import { collectXml } from './xml-fields.ts';

/** One value of a request: family as in a rule's target, `names` for the name of a member. */
export interface Value {
  readonly family: string;
  readonly names: boolean;
  readonly name: string;
  readonly text: string;
}

/** All values of a request, one character per byte, in the order in which the engine meets them. */
export function collectValues(request: InspectionRequest): readonly Value[] {
  return collectFields(request).fields.flatMap(({ family, isNamed, name, text }) => {
    const value = { family, names: false, name, text };
    return isNamed ? [value, { family, names: true, name, text: name }] : [value];
  });
}

/** The table of fields of a request whose rules look at everything. */
export function collectFields(request: InspectionRequest): FieldList {
  const list = new FieldList(REQUEST_MAX_VALUES);
  const { method, version, sourceIp, uri } = request;
  const { response } = request;
  const body = response === undefined ? latin1(request.body) : '';
  const headers = pairs(request.headers);
  collectPairs(list, 'headers', headers, REQUEST_MAX_HEADERS);
  collectPairs(list, 'facts', pairs(request.facts ?? []), MAX_FACTS);
  if (response !== undefined) {
    collectPairs(list, 'response.headers', pairs(response.headers), REQUEST_MAX_HEADERS);
  }
  const whole = (family: string, text: string) => text !== '' && list.plain(family, text);
  whole('method', method);
  whole('version', version);
  whole('client.ip', sourceIp);
  whole('request.line', [method, uri, version].filter((part) => part !== '').join(' '));
  whole('body.raw', body);
  if (response === undefined) {
    list.plain('args.combined_size', '');
    list.plain('files.combined_size', '');
  } else {
    list.plain('response.status', String(response.status));
    whole('response.body', latin1(response.body));
  }
  if (uri !== '') collectUri(list, uri);
  list.fill(() => {
    for (const [name, value] of headers.slice(0, REQUEST_MAX_HEADERS)) {
      if (name.toLowerCase() === 'cookie') collectCookies(list, value);
    }
  });
  const type = headers
    .slice(0, REQUEST_MAX_HEADERS)
    .find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  if (body !== '' && type !== undefined && !list.fill(() => collectBody(list, type, body))) {
    list.fault('values');
  }
  if (response === undefined) list.setSizes();
  list.close();
  return list;
}

function latin1(bytes: Uint8Array | null): string {
  return bytes === null ? '' : Buffer.from(bytes).toString('latin1');
}

function pairs(flat: readonly string[]): [string, string][] {
  return Array.from({ length: flat.length >> 1 }, (_, i) => [flat[2 * i]!, flat[2 * i + 1]!]);
}

function collectPairs(list: FieldList, family: string, all: [string, string][], most: number) {
  for (const [name, value] of all.slice(0, most)) list.named(family, name, value);
  if (all.length > most) list.isTruncated = true;
}

function collectUri(list: FieldList, uri: string): void {
  const [path = '', ...query] = uri.split('?');
  list.plain('uri', uri);
  list.plain('path', path);
  const segments = path.split('/');
  if (segments.at(-1) !== '') list.plain('path.basename', segments.at(-1)!);
  if (query.length > 0) list.plain('query.raw', query.join('?'));
  list.fill(() => {
    for (const segment of segments) if (segment !== '') list.plain('path.segments', segment);
  });
  list.fill(() => collectParameters(list, 'query', query.join('?')));
}

function collectBody(list: FieldList, written: string, body: string): void {
  const type = written.replace(/^[ \t]+/, '').toLowerCase();
  const media = /^[^;, \t]*/.exec(type)![0];
  if (type.startsWith('application/x-www-form-urlencoded')) {
    collectParameters(list, 'body.form', body);
  } else if (type.startsWith('multipart/')) {
    collectMultipart(list, written, body);
  } else if (/\/(x-)?ndjson$/.test(media)) {
    collectJsonLines(list, body);
  } else if (/[/+]json$/.test(media)) {
    collectJson(list, body);
  } else if (/[/+]xml$/.test(media)) {
    collectXml(list, body);
  }
}

function collectParameters(list: FieldList, family: string, text: string): void {
  for (const piece of text.split('&')) {
    if (piece === '') continue;
    const [name = '', ...rest] = piece.split('=');
    list.named(family, urlDecode(name), urlDecode(rest.join('=')));
  }
}

function collectCookies(list: FieldList, header: string): void {
  for (const piece of header.split(';')) {
    const trimmed = piece.replace(/^[ \t]+|[ \t]+$/g, '');
    if (trimmed === '') continue;
    const [name = '', ...rest] = trimmed.split('=');
    list.named('cookies', name, rest.join('='));
  }
}

export function urlDecode(text: string): string {
  return percentDecode(text.replace(/\+/g, ' '));
}
