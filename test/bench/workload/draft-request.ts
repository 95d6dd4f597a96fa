import type { InspectionRequest } from '../../../src/engine/verdict.ts';

export type Pair = [name: string, value: string];

/** A request in parts, so that an attack can be put into any of them before it is written out. */
export interface DraftRequest {
  method: string;
  /** As on the wire. */
  path: string;
  query: Pair[];
  /** Without Host, Cookie, Content-Type and Content-Length, which `finish` writes. */
  headers: Pair[];
  cookies: Pair[];
  host: string;
  sourceIp: string;
  form?: Pair[];
  json?: unknown;
}

/** Writes a draft as a server receives it: latin1 strings, raw headers, bytes. */
export function finish(draft: DraftRequest, now: number): InspectionRequest {
  const query = draft.query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
  const body = bodyOf(draft);
  const headers = [['host', draft.host] as Pair, ...draft.headers];
  if (draft.cookies.length > 0) {
    headers.push(['cookie', draft.cookies.map((pair) => pair.join('=')).join('; ')]);
  }
  if (body !== null) {
    const type = draft.form ? 'application/x-www-form-urlencoded' : 'application/json';
    headers.push(['content-type', type], ['content-length', String(body.length)]);
  }
  return {
    method: draft.method,
    uri: flat(query === '' ? draft.path : `${draft.path}?${query}`),
    version: 'HTTP/1.1',
    sourceIp: flat(draft.sourceIp),
    headers: headers.flat().map(flat),
    body,
    now,
  };
}

function bodyOf({ form, json }: DraftRequest): Uint8Array | null {
  if (form) {
    return Buffer.from(
      form.map(([name, value]) => `${encode(name)}=${encodeForm(value)}`).join('&'),
    );
  }
  return json === undefined ? null : Buffer.from(JSON.stringify(json));
}

const encode = (text: string) => encodeURIComponent(text);
const encodeForm = (text: string) => encode(text).replaceAll('%20', '+');

/** A string as the HTTP parser makes it: one piece of memory, one byte per character. */
function flat(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
