import type { InspectionRequest } from '../../src/engine/verdict.ts';

/** One value of a request: family as in a rule's target, `names` for the name of a member. */
export interface Value {
  readonly family: string;
  readonly names: boolean;
  readonly name: string;
  readonly text: string;
}

/** All values of a request, one character per byte, in the order in which the engine meets them. */
export function collectValues(request: InspectionRequest): readonly Value[] {
  const values: Value[] = [];
  const plain = (family: string, text: string) =>
    values.push({ family, names: false, name: '', text });
  const named = (family: string, name: string, text: string) => {
    values.push({ family, names: false, name, text });
    values.push({ family, names: true, name, text: name });
  };
  const headers: [string, string][] = [];
  for (let i = 0; i + 1 < request.headers.length; i += 2) {
    headers.push([request.headers[i]!, request.headers[i + 1]!]);
  }
  for (const [name, value] of headers) named('headers', name, value);
  const body = request.body === null ? '' : Buffer.from(request.body).toString('latin1');
  if (request.method !== '') plain('method', request.method);
  if (request.version !== '') plain('version', request.version);
  if (request.sourceIp !== '') plain('client.ip', request.sourceIp);
  if (body !== '') plain('body.raw', body);
  if (request.uri !== '') {
    plain('uri', request.uri);
    const [path = '', ...query] = request.uri.split('?');
    plain('path', path);
    if (query.length > 0) {
      plain('query.raw', query.join('?'));
      for (const [name, value] of parameters(query.join('?'))) named('query', name, value);
    }
  }
  for (const [name, value] of headers) {
    if (name.toLowerCase() === 'cookie') {
      for (const [cookie, text] of cookies(value)) named('cookies', cookie, text);
    }
  }
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  if (type.toLowerCase().startsWith('application/x-www-form-urlencoded')) {
    for (const [name, value] of parameters(body)) named('body.form', name, value);
  }
  return values;
}

function parameters(text: string): [string, string][] {
  return text
    .split('&')
    .filter((piece) => piece !== '')
    .map((piece) => {
      const equals = piece.indexOf('=');
      const name = equals === -1 ? piece : piece.slice(0, equals);
      return [urlDecode(name), equals === -1 ? '' : urlDecode(piece.slice(equals + 1))];
    });
}

function cookies(header: string): [string, string][] {
  return header
    .split(';')
    .map((piece) => piece.replace(/^[ \t]+|[ \t]+$/g, ''))
    .filter((piece) => piece !== '')
    .map((piece) => {
      const equals = piece.indexOf('=');
      return equals === -1 ? [piece, ''] : [piece.slice(0, equals), piece.slice(equals + 1)];
    });
}

export function urlDecode(text: string): string {
  return text
    .replace(/\+/g, ' ')
    .replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}
