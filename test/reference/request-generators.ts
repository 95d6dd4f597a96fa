import fc from 'fast-check';
import type { InspectionRequest } from '../../src/engine/verdict.ts';
import { requestOf } from './engine.ts';

/** Texts of a grammar: its pieces in any order, so that most are nearly right. */
const soup = (pieces: readonly string[], maxLength = 30) =>
  fc.array(fc.constantFrom(...pieces), { maxLength }).map((chosen) => chosen.join(''));

const PARAMETERS = [
  'a',
  'B',
  '=',
  '&',
  '%',
  '%41',
  '%4',
  '%zz',
  '+',
  '%2B',
  '1',
  ';',
  '\xe9',
  '%00',
];
const PATHS = ['/', 'a', 'b.php', '.', '..', '%2f', '?', '#', ' '];
const COOKIES = ['a', '=', ';', ' ', '\t', 'b', '"', '%41'];
const JSON_PIECES =
  '{ } [ ] , : "a" "b" "" "a/b" "~" "x\\n" "\\u00e9" "\\ud83d\\ude00" "\\ud83d" "\\udc00x" "\\"'.split(
    ' ',
  );
const JSON_ODD = [
  '"',
  '\\',
  '0',
  '-1.5e3',
  '01',
  '1.',
  'true',
  'false',
  'nul',
  ' ',
  '\n',
  '\xef\xbb\xbf',
  '\x01',
];
const PART_LINES = [
  '--B\r\n',
  '--B\n',
  '--B--\r\n',
  '--B--',
  '--B',
  '--Bx\r\n',
  '--B \t\r\n',
  '\r\n',
  '\n',
  '\r',
  'text',
  '--',
  ' ',
  'Content-Disposition: form-data; name="a"\r\n',
  'content-disposition:form-data;name=b ;filename="c\\"d.php"\r\n',
  'Content-Disposition: form-data; filename*=UTF-8\'\'%41%2Bb; name="n"\r\n',
  'Content-Disposition: form-data; name="a";\r\n filename=x\r\n',
  'Content-Disposition: form-data; name="a"; name="b"\r\n',
  'Content-Disposition: form-data; filename="c:\\dir\\f\r\n',
  'Content-Type: text/plain\r\n',
  'X-Odd\r\n',
  ': v\r\n',
  'Content-Disposition: form-data; name="a"\r\n\r\nvalue\r\n--B\r\n',
  'Content-Disposition: form-data; name=f; filename="x.php"\r\nContent-Type: a/b\r\n\r\n<?\r\n--B\r\n',
  'Content-Disposition: form-data; filename*=utf-8\'\'%2e; filename="\\\\"\r\n\n\n--B--',
];
const XML_PIECES = [
  '<', '>', '/', '</', '/>', '<a>', '</a>', '<b c="d">', "<b c='&lt;x' d = \"e\"/>", '<a ', 'x=', '="',
  "'", '"', 'text', ' ', '\n', '&amp;', '&#65;', '&#x20AC;', '&#x110000;', '&#0;', '&nope;', '&', ';',
  '<!--', '-->', '<?', '?>', '<![CDATA[', ']]>', ']', '<!DOCTYPE a [', ' ]>', '<!ELEMENT', '\xc3\xa9',
]; // biome-ignore format: one line a thought would be a page

const jsonText = fc.oneof(
  fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text).toString('latin1')),
  soup([...JSON_PIECES, ...JSON_ODD]),
);
const boundary = fc.constantFrom('B', '"B"', '"B"; charset=x', '', '"B', 'B; boundary=C', 'b');
const typedBody = fc.oneof(
  fc.tuple(fc.constant('application/x-www-form-urlencoded'), soup(PARAMETERS)),
  fc.tuple(
    fc.constantFrom('application/json', 'Text/JSON; charset=x', 'application/problem+json'),
    jsonText,
  ),
  fc.tuple(
    fc.constantFrom('application/x-ndjson', 'application/ndjson'),
    fc.array(jsonText, { maxLength: 4 }).map((lines) => lines.join('\n')),
  ),
  fc.tuple(
    boundary.map((value) => `multipart/form-data; boundary=${value}`),
    fc
      .tuple(fc.constantFrom('', '--B\r\n', 'pre\r\n--B\r\n'), soup(PART_LINES))
      .map((p) => p.join('')),
  ),
  fc.tuple(fc.constantFrom('application/xml', 'text/xml;x', 'image/svg+xml'), soup(XML_PIECES)),
  fc.tuple(fc.constantFrom('text/plain', 'application/jsonp', 'text/xmlx', ''), soup(JSON_PIECES)),
);

/** A mutation: one byte of the body replaced, or the body cut. */
const mutation = fc.option(fc.record({ at: fc.nat(200), byte: fc.option(fc.nat(255)) }));

const answer = fc.record({
  status: fc.constantFrom(100, 200, 404, 999),
  headers: fc.constantFrom([], ['Server', 'x', 'Set-Cookie', 'a=b'], ['', '', 'x-a', '\xff']),
  body: fc.option(soup(JSON_PIECES).map((text) => Buffer.from(text, 'latin1'))),
});

/** Requests with bodies of every format, many of them slightly broken. */
export const splitRequests: fc.Arbitrary<InspectionRequest> = fc
  .record({
    method: fc.constantFrom('GET', 'POST', ''),
    version: fc.constantFrom('HTTP/1.1', ''),
    uri: fc.tuple(soup(PATHS, 8), fc.constantFrom('', '?'), soup(PARAMETERS, 12)),
    cookie: fc.option(soup(COOKIES, 12)),
    typedBody: fc.option(typedBody),
    facts: fc.constantFrom([], ['tls.version', 'TLSv1.3'], ['ctx.country', 'DE', 'ctx.odd', '']),
    response: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, answer),
    mutation,
  })
  .map(({ method, version, uri, cookie, typedBody, facts, response, mutation }) => {
    const [type, text] = typedBody ?? ['', ''];
    const body = Buffer.from(text, 'latin1');
    if (mutation !== null && mutation.at < body.length && mutation.byte !== null) {
      body[mutation.at] = mutation.byte;
    }
    const headers = ['Host', 'example.test'];
    if (cookie !== null) headers.push('COOKIE', cookie);
    if (typedBody !== null) headers.push('Content-Type', type);
    const isCut = mutation !== null && mutation.byte === null;
    return requestOf({
      method,
      version,
      uri: uri.join(''),
      headers,
      facts,
      ...(response === null ? {} : { response }),
      body: typedBody === null ? null : body.subarray(0, isCut ? mutation.at : body.length),
    });
  });
