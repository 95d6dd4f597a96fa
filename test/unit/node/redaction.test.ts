import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redactBody } from '../../../src/node/traffic/redaction/redact-body.ts';
import { redactForm, redactQuery } from '../../../src/node/traffic/redaction/redact-form.ts';
import { redactJson } from '../../../src/node/traffic/redaction/redact-json.ts';
import { createSecretNames } from '../../../src/node/traffic/redaction/secret-names.ts';

const isSecret = createSecretNames(['password', 'token', 'access_token', 'card']);
const ignore = () => {};

const NAMES: readonly [string, boolean][] = [
  ['password', true],
  ['Password', true],
  ['new_password', true],
  ['newPassword', true],
  ['user[password]', true],
  ['csrf-token', true],
  ['accessToken', true],
  ['ACCESS_TOKEN', true],
  ['card.number', true],
  ['passwords', false],
  ['discard', false],
  ['q', false],
  ['', false],
];

test.each(NAMES)('redaction - %j is a secret name: %j', (name, expected) => {
  expect(NAMES).toHaveLength(13);
  expect(isSecret(name)).toBe(expected);
});

const FORMS: readonly [string, string, readonly string[]][] = [
  ['a=1&password=x&b=2', 'a=1&password=&b=2', ['password']],
  ['a=1;token=x', 'a=1;token=', ['token']],
  ['p%61ssword=x%26y&b', 'p%61ssword=&b', ['password']],
  ['password=', 'password=', []],
  ['password', 'password', []],
  ['token=a&token=b', 'token=&token=', ['token', 'token']],
  ["id=1' OR password='x", "id=1' OR password='x", []],
  ['data=%7B%22password%22:%22x%22%7D', 'data=', ['data']],
  ['data={"q":"password"}', 'data=', ['data']],
  ['data={"q":"x"}', 'data={"q":"x"}', []],
  ['user%5Bpassword%5D=x', 'user%5Bpassword%5D=', ['user[password]']],
  ['a=%zz&password=%zz', 'a=%zz&password=', ['password']],
];

test.each(FORMS)('redaction - the form %j becomes %j', (text, expected, names) => {
  expect(FORMS).toHaveLength(12);
  const found: string[] = [];
  expect(redactForm(text, isSecret, (name) => found.push(name))).toBe(expected);
  expect(found).toEqual(names);
});

test('redaction - of a URL only the query is looked at', () => {
  expect(redactQuery('/token=x?token=y&a=1', isSecret, ignore)).toBe('/token=x?token=&a=1');
  expect(redactQuery('/plain', isSecret, ignore)).toBe('/plain');
});

const JSONS: readonly [string, string][] = [
  ['{"password":"x","a":1}', '{"password":"","a":1}'],
  ['{"a":{"newPassword" : 12 },"b":[1]}', '{"a":{"newPassword" : null},"b":[1]}'],
  ['{"token":{"value":"x","n":[1,2]},"b":1}', '{"token":null,"b":1}'],
  ['[{"card":["1","2"]},{"card":true}]', '[{"card":null},{"card":null}]'],
  ['{"password":"a\\"b\\\\","c":"d"}', '{"password":"","c":"d"}'],
  ['{"p\\u0061ssword":"x"}', '{"p\\u0061ssword":""}'],
  ['{"a":"b","password":"cut o', '{"a":"b","password":""'],
  ['{"a":"b","passwo', '{"a":"b","passwo'],
  ['{"token":{"a":["cut', '{"token":null'],
  ['{"a":"password","b":"token"}', '{"a":"password","b":"token"}'],
  ['{"a":"x" "password":"y"}', '{"a":"x" "password":""}'],
];

test.each(JSONS)('redaction - the JSON %s becomes %s', (text, expected) => {
  expect(JSONS).toHaveLength(11);
  expect(redactJson(text, isSecret, ignore)).toBe(expected);
});

const parts = (name: string, value: string) =>
  `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n--B--\r\n`;

const BODIES: readonly [string, string, string, string, string | null][] = [
  ['a form', 'application/x-www-form-urlencoded', '', 'password=x&a=1', 'password=&a=1'],
  [
    'JSON that says it is a form',
    'application/x-www-form-urlencoded',
    '',
    '{"token":"x"}',
    '{"token":""}',
  ],
  ['JSON', 'application/json; charset=utf-8', '', ' {"token":"x"}', ' {"token":""}'],
  ['a field', 'multipart/form-data; boundary=B', '', parts('password', 'x'), parts('password', '')],
  ['another field', 'multipart/form-data; boundary="B"', '', parts('a', 'x'), parts('a', 'x')],
  ['parts without boundary', 'multipart/form-data', '', parts('password', 'x'), null],
  ['XML with a secret', 'application/xml', '', '<a><password>x</password></a>', null],
  ['XML without', 'application/xml', '', '<a><b>x</b></a>', '<a><b>x</b></a>'],
  ['no type', '', '', 'token=x', 'token='],
  ['a compressed body', 'application/json', 'gzip', '\x1f\x8b', null],
  ['an identity body', 'text/plain', 'identity', 'hello', 'hello'],
];

test.each(
  BODIES,
)('redaction - the body: %s', (_what, contentType, contentEncoding, text, expected) => {
  expect(BODIES).toHaveLength(11);
  expect(redactBody({ text, contentType, contentEncoding }, isSecret, ignore)).toBe(expected);
});

test('redaction - a secret never survives, wherever it stands and wherever the body is cut', () => {
  const value = fc.string({ minLength: 1 }).map((text) => `${text}S3CR3T${text}`);
  const member = fc.constantFrom('password', 'userToken', 'card');
  const tree = fc.letrec((tie) => ({
    node: fc.oneof(
      fc.integer(),
      fc.string(),
      fc.dictionary(fc.string(), tie('node'), { maxKeys: 3 }),
      fc.array(tie('node'), { maxLength: 3 }),
      fc
        .tuple(member, value)
        .map(([name, secret]) => ({ [name]: secret, a: [{ [name]: [secret] }] })),
    ),
  })).node;
  fc.assert(
    fc.property(tree, fc.nat(), (document, cut) => {
      const text = JSON.stringify([document]);
      const head = text.slice(0, cut % (text.length + 1));
      expect(redactJson(head, isSecret, ignore)).not.toContain('S3CR3T');
      const whole = redactJson(text, isSecret, ignore);
      expect(() => JSON.parse(whole)).not.toThrow();
    }),
  );
});

test('redaction - what has no secret stays as it is', () => {
  const safe = fc.jsonValue().map((each) => JSON.stringify([each]));
  fc.assert(
    fc.property(safe, (text) => {
      fc.pre(!/password|token|card/i.test(text));
      expect(redactJson(text, isSecret, ignore)).toBe(text);
      expect(redactForm(text, isSecret, ignore)).toBe(text);
    }),
  );
});
