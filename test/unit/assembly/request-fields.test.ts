import { describe, expect, test } from 'vitest';
import {
  KIND_ARGS_COMBINED_SIZE,
  KIND_FILES_COMBINED_SIZE,
  MAX_BODY_DEPTH,
  MAX_FACTS,
  MAX_POINTER_BYTES,
  REQUEST_MAX_HEADERS,
  REQUEST_MAX_VALUES,
} from '../../../src/config/layout.gen.ts';
import { collectFields } from '../../reference/collect-values.ts';
import { requestOf } from '../../reference/engine.ts';
import { ALL_KINDS, RequestReader } from '../../reference/request-reader.ts';

/** Sums are fields of every request; request-sums.test.ts is about them. */
const SUMS = (1n << BigInt(KIND_ARGS_COMBINED_SIZE)) | (1n << BigInt(KIND_FILES_COMBINED_SIZE));
const reader = new RequestReader(ALL_KINDS & ~SUMS);
const whole = new RequestReader();
const WHOLE = [
  'headers',
  'method',
  'version',
  'client.ip',
  'request.line',
  'body.raw',
  'uri',
  'path',
];

const withBody = (type: string, body: string) =>
  requestOf({ headers: ['Content-Type', type], body: Buffer.from(body, 'latin1') });

/** What a body is split into: `family name=value`, or `family value`. */
function split(type: string, body: string): string[] {
  return reader
    .read(withBody(type, body))
    .fields.filter(({ family }) => !WHOLE.includes(family))
    .map(({ family, name, text }) => `${family} ${name === '' ? '' : `${name}=`}${text}`);
}

const FORM = 'application/x-www-form-urlencoded';
const PARTS = 'multipart/form-data; boundary=B';
const disposition = (rest: string) => `--B\r\nContent-Disposition: form-data; ${rest}\r\n\r\n`;

const CASES: readonly [name: string, type: string, body: string, fields: string[]][] = [
  [
    'form',
    FORM,
    'a=1&b=%41+c&d&=e&&f=g=h',
    ['body.form a=1', 'body.form b=A c', 'body.form d=', 'body.form e', 'body.form f=g=h'],
  ],
  [
    'JSON scalars',
    'application/json',
    '{"a":"x","b":{"c":[1,true,null]},"d":-0.5e+1}',
    [
      'body.json /a=x',
      'body.json /b/c/0=1',
      'body.json /b/c/1=true',
      'body.json /b/c/2=null',
      'body.json /d=-0.5e+1',
    ],
  ],
  [
    'JSON keys that a pointer escapes',
    'text/json',
    '{"a/b~c":{"":"x"}}',
    ['body.json /a~1b~0c/=x'],
  ],
  [
    'JSON escapes',
    'application/ld+json',
    '"\\u0041\\ud83d\\ude00\\n\\ud83d"',
    ['body.json A\xf0\x9f\x98\x80\n\xef\xbf\xbd'],
  ],
  ['JSON keys twice', 'application/json', '{"a":1,"a":2}', ['body.json /a=1', 'body.json /a=2']],
  [
    'JSON containers without a value',
    'application/json',
    '{"a":{},"b":[]}',
    ['body.json /a=', 'body.json /b='],
  ],
  [
    'JSON that breaks',
    'application/json',
    '{"a":1,"b":oops}',
    ['body.json /a=1', 'body.error syntax'],
  ],
  [
    'JSON that ends early',
    'application/json',
    '{"a":1,"b":"x',
    ['body.json /a=1', 'body.error syntax'],
  ],
  [
    'JSON with more behind it',
    'application/json',
    '{"a":1} {}',
    ['body.json /a=1', 'body.error syntax'],
  ],
  ['JSON with a mark', 'application/json', '\xef\xbb\xbf[7]', ['body.json /0=7']],
  ['JSON that nests', 'application/json', '['.repeat(MAX_BODY_DEPTH + 1), ['body.error depth']],
  [
    'JSON lines',
    'application/x-ndjson',
    '{"a":1}\n\nno\r\n{"a":2}\r\n',
    ['body.json /a=1', 'body.json /a=2', 'body.error syntax'],
  ],
  ['other media types', 'text/jsonp', '{"a":1}', []],
  [
    'multipart text',
    PARTS,
    `${disposition('name="a"')}1\r\n2\r\n--B--\r\n`,
    ['body.parts.headers Content-Disposition=form-data; name="a"', 'body.form a=1\r\n2'],
  ],
  [
    'multipart file',
    PARTS,
    `${disposition('name=f; filename="a\\"b\\c.php"')}<?php\r\n--B--`,
    [
      'body.parts.headers Content-Disposition=form-data; name=f; filename="a\\"b\\c.php"',
      'files f=a"b\\c.php',
    ],
  ],
  [
    'multipart file in two spellings',
    PARTS,
    `${disposition("filename*=UTF-8'en'%41+; filename=b")}--B--`,
    [
      "body.parts.headers Content-Disposition=form-data; filename*=UTF-8'en'%41+; filename=b",
      'files b',
      'files A+',
    ],
  ],
  [
    'multipart file for some readers only',
    PARTS,
    `${disposition("name=n; filename*=''x")}data\n--B--`,
    [
      "body.parts.headers Content-Disposition=form-data; name=n; filename*=''x",
      'files n=x',
      'body.form n=data',
    ],
  ],
  [
    'multipart with a preamble and line feeds',
    'multipart/mixed; Boundary="B"',
    'hello\n--B\nX-A : b \nX-Folded: c;\n\td\n\ntext\n--B--',
    ['body.parts.headers X-A=b', 'body.parts.headers X-Folded=c;\n\td', 'body.form text'],
  ],
  [
    'multipart without an end',
    PARTS,
    `${disposition('name=a')}1`,
    [
      'body.parts.headers Content-Disposition=form-data; name=a',
      'body.form a=1',
      'body.error syntax',
    ],
  ],
  [
    'multipart with text behind the end',
    PARTS,
    `${disposition('name=a')}1\r\n--B--\r\nx`,
    [
      'body.parts.headers Content-Disposition=form-data; name=a',
      'body.form a=1',
      'body.error syntax',
    ],
  ],
  [
    'multipart with a doubtful line',
    PARTS,
    `${disposition('name=a')}1\r\n--Bx\r\n--B--`,
    [
      'body.parts.headers Content-Disposition=form-data; name=a',
      'body.form a=1\r\n--Bx',
      'body.error boundary',
    ],
  ],
  [
    'multipart headers without an end',
    PARTS,
    '--B\r\nX: y\r\n--B--',
    ['body.parts.headers X=y', 'body.form ', 'body.error syntax'],
  ],
  ['multipart without a boundary', 'multipart/form-data', '--B--', ['body.error boundary']],
  ['multipart with two boundaries', `${PARTS}; boundary=C`, '--B--', ['body.error boundary']],
  ['multipart without a delimiter', PARTS, 'nothing', ['body.error syntax']],
  [
    'XML',
    'text/xml; charset=utf-8',
    '<?xml version="1.0"?><a b="1" c=\'&lt;\'>x &amp; &#x20AC;<d/> </a><!-- - -->',
    ['body.xml.attributes b=1', 'body.xml.attributes c=<', 'body.xml.text x & \xe2\x82\xac'],
  ],
  [
    'XML CDATA',
    'image/svg+xml',
    '<a><![CDATA[<b c="d">&amp;]]></a>',
    ['body.xml.text <b c="d">&amp;'],
  ],
  [
    'XML references that nobody knows',
    'text/xml',
    '<a>&x; &#0; &#xd800; &#99999999; &lt</a>',
    ['body.xml.text &x; &#0; &#xd800; &#99999999; &lt'],
  ],
  [
    'XML with a document type',
    'text/xml',
    '<!DOCTYPE a [<!ENTITY x "evil">]><a>&x;</a>',
    ['body.xml.text &x;', 'body.error dtd'],
  ],
  [
    'XML with a bracket in a quote',
    'text/xml',
    '<!DOCTYPE a SYSTEM "[">text<a/>',
    ['body.xml.text text', 'body.error dtd'],
  ],
  [
    'XML that breaks',
    'text/xml',
    '<a b=c d><1></a',
    ['body.xml.attributes b=c', 'body.xml.attributes d=', 'body.xml.text <1>', 'body.error syntax'],
  ],
  ['XML that nests', 'text/xml', '<a>'.repeat(MAX_BODY_DEPTH + 1), ['body.error depth']],
  ['XML in wide characters', 'text/xml', '<\0a\0/\0>\0', ['body.error encoding']],
];

describe('bodies', () => {
  test.each(CASES)('%s - are split', (_, type, body, fields) => {
    expect(split(type, body)).toEqual(fields);
  });

  test('count - every case ran', () => {
    expect(CASES).toHaveLength(33);
  });
});

test('path - is given whole, in pieces and with the request line', () => {
  const { fields } = reader.read(requestOf({ uri: '/a//b.php?c=/d' }));
  const of = (family: string) => fields.filter((f) => f.family === family).map((f) => f.text);
  expect(of('path')).toEqual(['/a//b.php']);
  expect(of('path.segments')).toEqual(['a', 'b.php']);
  expect(of('path.basename')).toEqual(['b.php']);
  expect(of('request.line')).toEqual(['GET /a//b.php?c=/d HTTP/1.1']);
});

test('facts - come from the host, never from a header', () => {
  const { fields } = reader.read(
    requestOf({ headers: ['tls.version', 'no'], facts: ['tls.version', 'TLSv1.3', 'ctx.a', ''] }),
  );
  expect(fields.filter(({ family }) => family === 'facts')).toEqual([
    { family: 'facts', name: 'tls.version', text: 'TLSv1.3' },
    { family: 'facts', name: 'ctx.a', text: '' },
  ]);
  const json = Buffer.from('{"facts":{"tls.sni":"a","ctx.n":7,"ctx.l":["b"]},"headers":{"x":"y"}}');
  expect(reader.readBytes(json)!.fields).toEqual([
    { family: 'facts', name: 'tls.sni', text: 'a' },
    { family: 'facts', name: 'ctx.l', text: 'b' },
    { family: 'headers', name: 'x', text: 'y' },
  ]);
});

test('kinds - nothing is split that no rule looks at', () => {
  const none = new RequestReader(0n);
  for (const [, type, body] of CASES) {
    const { fields } = none.read(withBody(type, body));
    expect(fields.every(({ family }) => WHOLE.includes(family))).toBe(true);
  }
});

const items = (n: number, item: (i: number) => string, between = '') =>
  Array.from({ length: n }, (_, i) => item(i)).join(between);
const MANY = 3 * REQUEST_MAX_VALUES;

describe('floods', () => {
  const FLOODS: readonly [name: string, type: string, body: string, error: string][] = [
    ['parameters', FORM, items(MANY, () => 'a=b', '&'), 'values'],
    ['JSON values', 'application/json', `[${items(MANY, String, ',')}]`, 'values'],
    ['JSON lines', 'application/x-ndjson', items(MANY, String, '\n'), 'values'],
    ['parts', PARTS, items(MANY, () => '--B\n\n\n'), 'values'],
    ['part headers', PARTS, `--B\n${items(MANY, () => 'a:b\n')}`, 'values'],
    ['text nodes', 'text/xml', items(MANY, () => '<a>b</a>'), 'values'],
    ['attributes', 'text/xml', `<a ${items(MANY, () => 'b="c" ')}/>`, 'values'],
  ];

  test.each(FLOODS)('%s - fill the table and no more', (_, type, body, error) => {
    const { fields, isTruncated } = whole.read(withBody(type, body));
    expect(fields).toHaveLength(REQUEST_MAX_VALUES);
    expect(fields.at(-1)).toEqual({ family: 'body.error', name: '', text: error });
    expect(isTruncated).toBe(true);
    const { fields: expected } = collectFields(withBody(type, body));
    expect(fields).toEqual(expected.map(({ isNamed: _, ...field }) => field));
  });

  test('headers and facts - are cut at their limits', () => {
    const pairs = (n: number) => Array.from({ length: n }, () => ['cookie', 'a=b']).flat();
    const raw = Buffer.from(
      JSON.stringify({
        headers: Array.from({ length: REQUEST_MAX_HEADERS + 9 }, () => ['x', 'y']),
        facts: { a: Array.from({ length: MAX_FACTS + 9 }, () => 'y') },
      }),
    );
    const read = [
      reader.read(
        requestOf({ headers: pairs(REQUEST_MAX_HEADERS + 9), facts: pairs(MAX_FACTS + 9) }),
      ),
      reader.readBytes(raw)!,
    ];
    for (const { fields, isTruncated } of read) {
      const count = (name: string) => fields.filter(({ family }) => family === name).length;
      expect([count('headers'), count('facts')]).toEqual([REQUEST_MAX_HEADERS, MAX_FACTS]);
      expect(isTruncated).toBe(true);
    }
  });

  test('pointers - stay short, and the keys that they have no room for are seen', () => {
    const key = 'k'.repeat(MAX_POINTER_BYTES);
    const request = withBody('application/json', `{"a":{"${key}":{"b":[{"${key}":1}]}},"c":2}`);
    const { fields, isTruncated } = reader.read(request);
    const json = fields.filter(({ family }) => family === 'body.json');
    expect(json.map(({ name, text }) => [name, text])).toEqual([
      [key, ''],
      ['b', ''],
      [key, ''],
      ['/a/~', '1'],
      ['/c', '2'],
    ]);
    expect(isTruncated).toBe(true);
  });
});

describe('hostile bodies', () => {
  const SIZE = 131_072;
  const fill = (piece: string) => piece.repeat(Math.ceil(SIZE / piece.length)).slice(0, SIZE);
  const BODIES: readonly [name: string, type: string, body: string][] = [
    ['parameters of percent signs', FORM, fill('%')],
    ['JSON of brackets', 'application/json', fill('[')],
    ['JSON of long keys', 'application/json', fill(`{"${'k'.repeat(250)}":`)],
    ['JSON of backslashes', 'application/json', `"${fill('\\')}`],
    ['JSON of empty values', 'application/json', `[${fill('"",')}`],
    ['lines of hyphens', PARTS, fill('--\n')],
    ['nearly delimiters', `multipart/x; boundary=${'-'.repeat(200)}`, fill('-')],
    ['delimiters with blanks', PARTS, fill('--B      x\n')],
    ['a header that folds', PARTS, `--B\n${fill('a\n ')}`],
    ['a disposition of semicolons', PARTS, `--B\nContent-Disposition:${fill(';')}`],
    ['ampersands in XML', 'text/xml', fill('&')],
    ['references without an end', 'text/xml', fill('&#0000')],
    ['tags without an end', 'text/xml', fill('<a ')],
    ['comments without an end', 'text/xml', fill('<!--')],
    ['document types', 'text/xml', fill('<!DOCTYPE a [ ] ')],
    ['brackets in XML', 'text/xml', `<![CDATA[${fill(']')}`],
    ['quotes in XML', 'text/xml', `<a ${fill('="')}`],
  ];

  test.each(BODIES)('%s - cost a few steps per byte', (_, type, body) => {
    const { steps } = reader.read(withBody(type, body));
    const pointers = REQUEST_MAX_VALUES * (MAX_POINTER_BYTES + 3);
    expect(steps).toBeLessThan(6 * (SIZE + 400) + pointers);
  });

  test('counts - every flood and body ran', () => {
    expect(BODIES).toHaveLength(17);
  });
});

test('steps - a spent budget ends the split', () => {
  const request = JSON.stringify({ uri: `/?${items(500, () => 'a=b', '&')}` });
  const { fields } = reader.readBytes(Buffer.from(request), 100)!;
  expect(fields.length).toBeLessThan(10);
});
