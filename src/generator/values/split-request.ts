import type { InspectionRequest } from '../../engine/verdict.ts';
import { decodePercent, encodeParameter } from './percent-coding.ts';
import type { RequestValue } from './request-value.ts';
import { splitBody, splitPairs } from './split-body.ts';

/** Headers of the connection and of content negotiation: they hold no content of a user. */
export const TECHNICAL_HEADERS: ReadonlySet<string> = new Set([
  ...['accept', 'accept-charset', 'accept-encoding', 'accept-language', 'connection'],
  ...['content-length', 'content-type', 'host', 'cookie', 'transfer-encoding'],
]);

/** Every value of a request in which a client can put content, as the engine sees it. */
export function splitRequest(request: InspectionRequest): RequestValue[] {
  const question = request.uri.indexOf('?');
  const path = question < 0 ? request.uri : request.uri.slice(0, question);
  const query = question < 0 ? '' : request.uri.slice(question + 1);
  const withUri = (uri: string) => ({ ...request, uri });
  return [
    {
      target: 'path',
      name: '',
      text: decodePercent(path),
      replace: (text) => {
        const encoded = text.split('/').map(encodeParameter).join('/');
        return withUri(encoded + request.uri.slice(path.length));
      },
    },
    ...splitPairs(query, '&', 'query.*', (text) => withUri(`${path}?${text}`)),
    ...splitHeaders(request),
    ...bodyValues(request),
  ];
}

function splitHeaders(request: InspectionRequest): RequestValue[] {
  const values: RequestValue[] = [];
  const { headers } = request;
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at]!.toLowerCase();
    const withValue = (text: string) => ({ ...request, headers: headers.with(at + 1, text) });
    if (name === 'cookie') values.push(...splitCookies(headers[at + 1]!, withValue));
    else if (!TECHNICAL_HEADERS.has(name)) {
      const replace = (text: string) => withValue(text.replace(/[\r\n\0]/g, ' '));
      values.push({ target: 'headers.*', name, text: headers[at + 1]!, replace });
    }
  }
  return values;
}

function splitCookies(
  text: string,
  withCookies: (text: string) => InspectionRequest,
): RequestValue[] {
  const cookies = text.split(';');
  return cookies.map((cookie, index) => {
    const equals = cookie.indexOf('=');
    const value = equals < 0 ? '' : cookie.slice(equals + 1);
    return {
      target: 'cookies.*',
      name: cookie.slice(0, equals < 0 ? undefined : equals).trim(),
      text: value.trim(),
      replace: (changed) => {
        const encoded = changed.replace(/[;\r\n\0]/g, (each) => encodeParameter(each));
        const written = `${cookie.slice(0, equals + 1)}${encoded}`;
        return withCookies(cookies.toSpliced(index, 1, written).join(';'));
      },
    };
  });
}

function bodyValues(request: InspectionRequest): RequestValue[] {
  if (request.body === null || request.body.length === 0) return [];
  const at = request.headers.findIndex(
    (name, index) => index % 2 === 0 && name.toLowerCase() === 'content-type',
  );
  const contentType = at < 0 ? '' : request.headers[at + 1]!;
  return splitBody(request.body, contentType, (body) => withBody(request, body));
}

/** Content-Length follows the body: a request whose length is wrong is another one. */
function withBody(request: InspectionRequest, text: string): InspectionRequest {
  const body = Buffer.from(text, 'latin1');
  const headers = request.headers.map((value, at) => {
    const isLength = at % 2 === 1 && request.headers[at - 1]!.toLowerCase() === 'content-length';
    return isLength ? String(body.length) : value;
  });
  return { ...request, headers, body };
}
