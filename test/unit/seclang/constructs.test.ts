import { expect, test } from 'vitest';
import { IS_TAKEN_APART } from '../../../src/seclang/special-leaves.ts';
import { gapsOf, importText } from './imported.ts';

/** The text that refers to a capture. */
const ref = (name: string, group: number) => `\${${name}.${group}}`;

const ARGS = ['query.*', 'body.form.*', 'body.json.*'];
const NAMES = ['query.names', 'body.form.names', 'body.json.names'];

/** No processor takes the body apart. */
const IS_ONE_TEXT = { ...IS_TAKEN_APART, quantifier: 'none' };

/** Variables and operator of a rule with `deny` → its condition. */
const CONDITIONS: readonly [string, string, object][] = [
  ['ARGS', '@rx a', { target: ARGS, op: 'regex', value: 'a' }],
  ['ARGS_NAMES', '@contains a', { target: NAMES, op: 'contains', value: 'a' }],
  ['ARGS_NAMES', '@rx ^(?:json\\.)?a', { target: NAMES, op: 'regex', value: '^(?:json\\.|/)?a' }],
  [
    'ARGS:a',
    '@streq b',
    { target: ['query[a]', 'body.form[a]', 'body.json./a'], op: 'equals', value: 'b' },
  ],
  [
    'ARGS:json.a.b',
    '@rx c',
    {
      target: ['query[json.a.b]', 'body.form[json.a.b]', 'body.json./a/b'],
      op: 'regex',
      value: 'c',
    },
  ],
  [
    'ARGS_GET|!ARGS_GET:a',
    '@rx b',
    { target: 'query.*', except: 'query[a]', op: 'regex', value: 'b' },
  ],
  [
    'ARGS_GET_NAMES|!ARGS_GET_NAMES:a',
    '@rx b',
    { target: 'query.names', except: 'query.names[a]', op: 'regex', value: 'b' },
  ],
  [
    'REQUEST_COOKIES|!REQUEST_COOKIES:/^_ga/',
    '@rx b',
    { target: 'cookies.*', except: 'cookies[/^_ga/]', op: 'regex', value: 'b' },
  ],
  ['REQUEST_HEADERS|!REQUEST_HEADERS', '@rx b', {}],
  [
    'REQUEST_HEADERS:User-Agent',
    '@pm a B',
    { target: 'headers[user-agent]', op: 'phrases', value: ['a', 'B'], ignore_case: true },
  ],
  [
    'REQUEST_HEADERS',
    '@pmFromFile words.data',
    { target: 'headers.*', op: 'phrases', value: ['one', 'two words'], ignore_case: true },
  ],
  ['&REQUEST_HEADERS:Host', '@eq 0', { target: 'headers[host]', op: 'exists', quantifier: 'none' }],
  ['&REQUEST_HEADERS:Host', '!@eq 0', { target: 'headers[host]', op: 'exists' }],
  ['&ARGS_GET', '@gt 255', { target: 'query.*', op: 'exists', quantifier: { count: '>255' } }],
  ['&ARGS_GET', '!@ge 3', { target: 'query.*', op: 'exists', quantifier: { count: '<3' } }],
  [
    '&MULTIPART_PART_HEADERS:a',
    '@gt 0',
    {
      all: [
        { target: 'body.form[a]', op: 'exists' },
        {
          target: 'headers[content-type]',
          op: 'starts_with',
          value: 'multipart/',
          ignore_case: true,
        },
      ],
    },
  ],
  [
    'REQUEST_METHOD',
    '!@within GET POST',
    { target: 'method', op: 'within', value: 'GET POST', negate: true },
  ],
  ['REQUEST_LINE', '@beginsWith GET', { target: 'request.line', op: 'starts_with', value: 'GET' }],
  [
    'REQUEST_BASENAME',
    '@endsWith .pdf',
    { target: 'path.basename', transforms: ['url_decode'], op: 'ends_with', value: '.pdf' },
  ],
  ['REQUEST_URI|REQUEST_URI_RAW', '@strmatch x', { target: 'uri', op: 'contains', value: 'x' }],
  [
    'QUERY_STRING|REQUEST_BODY',
    '@rx x',
    {
      any: [
        { target: 'query.raw', op: 'regex', value: 'x' },
        { all: [{ target: 'body.raw', op: 'regex', value: 'x' }, IS_ONE_TEXT] },
      ],
    },
  ],
  ['FILES|FILES_NAMES', '@rx x', { target: ['files.*', 'files.fields'], op: 'regex', value: 'x' }],
  [
    'XML:/*|XML://@*',
    '@rx x',
    { target: ['body.xml.text', 'body.xml.attributes.*'], op: 'regex', value: 'x' },
  ],
  [
    'REMOTE_ADDR',
    '@ipMatch 10.0.0.0/8, ::1',
    { target: 'client.ip', op: 'ip_in', value: ['10.0.0.0/8', '::1'] },
  ],
  [
    'REQUEST_HEADERS:Content-Length',
    '@gt 9',
    { target: 'headers[content-length]', op: 'gt', value: 9 },
  ],
  [
    'REQUEST_HEADERS:Content-Length',
    '!@lt 9',
    { target: 'headers[content-length]', op: 'gte', value: 9 },
  ],
  [
    'REQUEST_HEADERS:Content-Length',
    '@eq 9',
    { target: 'headers[content-length]', op: 'between', value: [9, 9] },
  ],
  ['REQUEST_BODY_LENGTH', '@gt 0', { target: 'body.raw', op: 'length', value: { gt: 0 } }],
  [
    'REQUEST_URI',
    '@validateByteRange 1-255',
    { target: 'uri', op: 'byte_range', value: '1-255', negate: true },
  ],
  ['REQUEST_URI', '!@validateByteRange 1-255', { target: 'uri', op: 'byte_range', value: '1-255' }],
  [
    'REQUEST_URI',
    '@validateUrlEncoding',
    { target: 'uri', op: 'valid_url_encoding', negate: true },
  ],
  ['REQUEST_URI', '@validateUtf8Encoding', { target: 'uri', op: 'valid_utf8', negate: true }],
  ['ARGS_GET', '@detectSQLi', { target: 'query.*', op: 'is_sqli' }],
  ['ARGS_GET', '@detectXSS', { target: 'query.*', op: 'is_xss' }],
  ['ARGS_GET', '@unconditionalMatch', { target: 'query.*', op: 'exists' }],
  ['ARGS_GET:a', '@streq', { target: 'query[a]', op: 'length', value: { eq: 0 } }],
  [
    'REQBODY_PROCESSOR',
    '@streq XML',
    {
      target: 'headers[content-type]',
      op: 'regex',
      value: '(?i)^(?:application|text)/(?:[^;\\s]+\\+)?xml\\b',
    },
  ],
  [
    'MULTIPART_PART_HEADERS',
    '@rx ^content-type\\s*:\\s*(.*)$',
    { target: 'body.parts.headers[content-type]', op: 'regex', value: '^(.*)$' },
  ],
  [
    'ARGS_GET|&ARGS_GET',
    '@gt 5',
    {
      any: [
        { target: 'query.*', op: 'gt', value: 5 },
        { target: 'query.*', op: 'exists', quantifier: { count: '>5' } },
      ],
    },
  ],
];

const DATA = { 'words.data': '# a comment\none\n\ntwo words \r\none\n' };

test(`conditions - ${CONDITIONS.length} variables and operators become what they mean`, () => {
  expect(CONDITIONS).toHaveLength(39);
  for (const [variables, operator, when] of CONDITIONS) {
    const text = `SecRule ${variables} "${operator}" "id:1,phase:2,deny"`;
    const result = importText(text, { data: DATA });
    if (Object.keys(when).length === 0) expect(gapsOf(result), text).toHaveLength(1);
    else expect(result.rules, text).toMatchObject([{ id: 'crs-1', when }]);
    expect(result.rules[0]?.when ?? {}, text).toEqual(when);
  }
});

/** Actions of the head, chained rules, and the condition of all. */
const CHAINS: readonly [string, string, object][] = [
  [
    'transforms, none ends those before',
    'SecRule ARGS_GET "@rx a" "id:1,deny,t:lowercase,t:none,t:urlDecodeUni,t:removeNulls"',
    { target: 'query.*', transforms: ['url_decode_uni', 'remove_nulls'], op: 'regex', value: 'a' },
  ],
  [
    'length is an operator',
    'SecRule ARGS_GET "@gt 400" "id:1,deny,t:none,t:lowercase,t:length"',
    { target: 'query.*', transforms: ['lowercase'], op: 'length', value: { gt: 400 } },
  ],
  [
    'multiMatch',
    'SecRule ARGS_GET "@rx a" "id:1,deny,t:lowercase,multiMatch"',
    { target: 'query.*', transforms: ['lowercase'], each_transform: true, op: 'regex', value: 'a' },
  ],
  [
    'a chain is all of its rules',
    'SecRule REQUEST_METHOD "@streq POST" "id:1,deny,chain"\nSecRule ARGS_GET "@rx a" "t:lowercase"',
    {
      all: [
        { target: 'method', op: 'equals', value: 'POST' },
        { target: 'query.*', transforms: ['lowercase'], op: 'regex', value: 'a' },
      ],
    },
  ],
  [
    'MATCHED_VARS',
    'SecRule ARGS_GET "@rx a" "id:1,deny,chain"\nSecRule MATCHED_VARS "!@rx b"',
    {
      all: [
        { target: 'query.*', op: 'regex', value: 'a' },
        { on: 'matched', op: 'regex', value: 'b', negate: true },
      ],
    },
  ],
  [
    'MATCHED_VARS beside another variable',
    'SecRule ARGS_GET "@rx a" "id:1,deny,chain"\nSecRule MATCHED_VARS|XML:/* "@rx b"',
    {
      any: [
        {
          all: [
            { target: 'query.*', op: 'regex', value: 'a' },
            { target: 'body.xml.text', op: 'regex', value: 'b' },
          ],
        },
        {
          all: [
            { target: 'query.*', op: 'regex', value: 'a' },
            { on: 'matched', op: 'regex', value: 'b' },
          ],
        },
      ],
    },
  ],
  [
    'captures compared with each other',
    'SecRule ARGS_GET "@rx (a)=(b)" "id:1,deny,capture,chain"\nSecRule TX:1 "@streq %{TX.2}"',
    {
      all: [
        { target: 'query.*', op: 'regex', value: '(a)=(b)', as: 'c1' },
        { target: ref('c1', 1), op: 'equals', value: ref('c1', 2) },
      ],
    },
  ],
  [
    'a number captured',
    'SecRule REQUEST_HEADERS:Range "@rx (\\d+)-(\\d+)" "id:1,deny,capture,chain"\nSecRule TX:2 "@lt %{tx.1}"',
    {
      all: [
        { target: 'headers[range]', op: 'regex', value: '(\\d+)-(\\d+)', as: 'c1' },
        { target: ref('c1', 2), op: 'lt', value: ref('c1', 1) },
      ],
    },
  ],
  [
    'a value of the request as argument',
    'SecRule ARGS_GET "@rx ^(.*)$" "id:1,deny,capture,chain"\nSecRule TX:1 "@endsWith .%{request_headers.host}"',
    {
      all: [
        { target: 'headers[host]', op: 'regex', value: '^(.*)$', first: true, as: 'v1' },
        { target: 'query.*', op: 'ends_with', value: `.${ref('v1', 1)}` },
      ],
    },
  ],
  [
    'a whole value within a list',
    'SecAction "id:9,pass,setvar:\'tx.list=/a/ /b/\'"\nSecRule REQUEST_HEADERS_NAMES "@rx ^.*$" "id:1,deny,capture,t:lowercase,setvar:\'tx.h_%{tx.0}=/%{tx.0}/\',chain"\nSecRule TX:/^h_/ "@within %{tx.list}"',
    { target: 'headers.names', transforms: ['lowercase'], op: 'in', value: ['a', 'b'] },
  ],
  [
    'a run of bytes not within a list',
    'SecRule REQUEST_HEADERS:Content-Type "@rx ^[^;\\s]+" "id:1,deny,capture,setvar:\'tx.t=|%{tx.0}|\',chain"\nSecRule TX:t "!@within |a/b| |c+d|" "t:lowercase"',
    {
      all: [
        { target: 'headers[content-type]', op: 'regex', value: '^[^;\\s]+' },
        { on: 'matched', op: 'regex', value: '^(?i:a/b|c\\+d)(?:[;\\s]|$)', negate: true },
      ],
    },
  ],
  [
    'a run at the end within a list',
    'SecRule REQUEST_BASENAME "@rx \\.([^.]+)$" "id:1,deny,capture,setvar:\'tx.e=.%{tx.1}/\',chain"\nSecRule TX:e "@within .bak/ .sql/"',
    {
      target: 'path.basename',
      transforms: ['url_decode'],
      op: 'regex',
      value: '\\.(?:bak|sql)$',
    },
  ],
  [
    'what another rule kept',
    'SecRule MULTIPART_PART_HEADERS "@rx ^content-type\\s*:\\s*(.*)$" "id:1,pass,nolog,capture,t:lowercase,setvar:\'tx.t_%{tx.n}=%{tx.1}\'"\nSecRule TX:/T_*/ "!@rx ^ok$" "id:2,deny,t:lowercase"',
    {
      target: 'body.parts.headers[content-type]',
      transforms: ['lowercase'],
      op: 'regex',
      value: '^ok$',
      negate: true,
    },
  ],
  [
    'a name that does not end with the host',
    'SecRule ARGS_GET "@rx //([^/]+)/" "id:1,deny,capture,setvar:\'tx.r_%{MATCHED_VAR_NAME}=.%{tx.1}\',chain"\nSecRule TX:/r_.*/ "!@endsWith .%{request_headers.host}"',
    {
      all: [
        { target: 'query.*', op: 'regex', value: '//([^/]+)/', as: 'c1' },
        { target: 'headers[host]', op: 'regex', value: '^(.*)$', first: true, as: 'v1' },
        { target: ref('c1', 1), op: 'equals', value: ref('v1', 1), negate: true },
        { target: ref('c1', 1), op: 'ends_with', value: `.${ref('v1', 1)}`, negate: true },
      ],
    },
  ],
];

test(`chains - ${CHAINS.length} ways in which rules lean on each other`, () => {
  expect(CHAINS).toHaveLength(14);
  for (const [name, text, when] of CHAINS) {
    const { rules, report } = importText(text);
    expect(report.gaps, name).toEqual([]);
    expect(rules.at(-1)?.when, name).toEqual(when);
  }
});

/** What has no counterpart, and the reason that is given. */
const GAPS: readonly [string, RegExp][] = [
  ['SecRule ARGS "@rbl a.example" "id:1,deny"', /the operator @rbl/],
  ['SecRule ARGS "@rx a" "id:1,deny,t:parityEven7bit"', /the transform t:parityEven7bit/],
  ['SecRule IP:a "@eq 1" "id:1,deny"', /no target for the variable IP:a/],
  ['SecRule XML:/a/b "@rx a" "id:1,deny"', /XPath/],
  ['SecRule ARGS "@pmFromFile absent.data" "id:1,deny"', /absent\.data is not there/],
  ['SecRule REQUEST_HEADERS "@rx a" "id:1,phase:3,deny"', /looks at no response/],
  [
    'SecRule RESPONSE_BODY "@rx a" "id:1,phase:4,deny,chain"\nSecRule ARGS_GET|ARGS_POST "@rx b" ""',
    /body\.form\.\* when the response has come/,
  ],
  ['SecRule &ARGS "!@eq 3" "id:1,deny"', /differs/],
  ['SecRule ARGS "@rx a" "id:1,deny,skip:2"', /skipAfter/],
  ['SecRule ARGS "@rx a" "id:1,pass,ctl:requestBodyProcessor=XML"', /ctl:requestBodyProcessor=XML/],
  ['SecRule ARGS "@rx a" "deny"', /a rule without id/],
  ['SecRule TX:1 "@rx a" "id:1,deny"', /nothing captures TX:1/],
  ['SecAction "id:1,phase:1,deny,msg:\'no setup\'"', /every request is refused: no setup/],
  ['SecRule ARGS "@rx a" "id:1,deny,chain"', /a chain without its last rule/],
  ['Include absent.conf', /Include absent\.conf: no such file/],
];

test(`gaps - ${GAPS.length} constructs without counterpart are told, with place and reason`, () => {
  expect(GAPS).toHaveLength(15);
  for (const [text, reason] of GAPS) {
    const { rules, report } = importText(text);
    expect(rules, text).toEqual([]);
    expect(report.gaps, text).toMatchObject([
      { file: 'a.conf', line: 1, reason: expect.stringMatching(reason) },
    ]);
  }
});

test('support - what the language lacks is a gap for a test, and a note for an exclusion', () => {
  const support = { captures: false, patternSelectors: false, nameSelectors: false };
  const text = [
    'SecRule ARGS_GET "@rx (a)(b)" "id:1,deny,capture,chain"',
    'SecRule TX:1 "@streq %{TX.2}"',
    'SecRule REQUEST_COOKIES:/a/ "@rx b" "id:2,deny"',
    'SecRule REQUEST_COOKIES|!REQUEST_COOKIES:/a/ "@rx b" "id:3,deny"',
  ].join('\n');
  const { rules, report } = importText(text, { support });
  expect(report.gaps.map(({ id }) => id)).toEqual(['1', '2']);
  expect(report.notes).toMatchObject([{ line: 4, id: '3' }]);
  expect(rules.map(({ when }) => when)).toEqual([{ target: 'cookies.*', op: 'regex', value: 'b' }]);
});
