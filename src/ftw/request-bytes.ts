import type { FtwRequest, FtwTest } from './ftw-test.ts';

const FORM = 'application/x-www-form-urlencoded';

/** What is written to the socket: nothing is checked or corrected, odd requests are the point of it. */
export function requestBytes({ request, raw, autocompleteHeaders }: FtwTest): Uint8Array {
  if (raw !== null) return raw;
  const { method, uri, version, body } = request;
  const headers = autocompleteHeaders ? completeHeaders(request) : request.headers;
  const lines = [
    `${method} ${uri} ${version}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'utf8'), body]);
}

/** As go-ftw: a body gets a length and a type, and the connection is closed after the answer. */
function completeHeaders({ headers, body }: FtwRequest): FtwRequest['headers'] {
  const names = new Set(headers.map(([name]) => name.toLowerCase()));
  const added: [string, string][] = [];
  if (body.length > 0) {
    if (!names.has('content-type')) added.push(['Content-Type', FORM]);
    const isFramed = names.has('content-length') || names.has('transfer-encoding');
    if (!isFramed) added.push(['Content-Length', String(body.length)]);
  }
  if (!names.has('connection')) added.push(['Connection', 'close']);
  return [...headers, ...added];
}
