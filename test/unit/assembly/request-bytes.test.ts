import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  EXPLAINED_IS_TRUNCATED,
  EXPLAINED_IS_UNREADABLE_REQUEST,
  HOST_AREA_BYTES,
} from '../../../src/config/layout.gen.ts';
import {
  configOf,
  DEBUG,
  instanceOf,
  programOf,
  RawEngine,
  RELEASE,
  requestOf,
  ruleOf,
} from '../../reference/engine.ts';

const config = configOf([
  ruleOf('uri', { target: ['uri'], op: 'contains', value: 'evil' }),
  ruleOf('header', { target: ['headers[x-mark]'], op: 'contains', value: 'bad"\\/\b\f\n\r\t' }),
  ruleOf('unicode', { target: ['headers[x-mark]'], op: 'contains', value: 'é€😀' }),
  ruleOf(
    'body',
    { target: ['body.raw'], op: 'contains', value: 'payload' },
    { action: { log: {} } },
  ),
  ruleOf('form', { target: ['body.form[a]'], op: 'equals', value: 'x y' }),
  ruleOf(
    'old',
    { target: ['uri'], op: 'equals', value: '/old' },
    { expires_at: '2026-01-01T00:00:00.500Z' },
  ),
]);
const { program } = programOf(config);
const engine = () => new RawEngine(RELEASE, program);

describe('JSON RequestContext', () => {
  const EXPIRY = Date.parse('2026-01-01T00:00:00.500Z') / 1000;
  const CASES: readonly [name: string, json: string, action: number, readable: boolean][] = [
    ['an empty object', '{}', 0, true],
    ['white space around it', ' \r\n\t{ "uri" : "/evil" } \n', 1, true],
    ['headers as pairs', '{"headers":[["X-Mark","bad\\"\\\\\\/\\b\\f\\n\\r\\t"]]}', 1, true],
    ['headers as an object', '{"headers":{"x-mark":"bad\\"\\\\/\\b\\f\\n\\r\\t"}}', 1, true],
    ['headers as lists of values', '{"headers":{"x-mark":["a","é€😀"]}}', 1, true],
    ['escaped letters', '{"headers":{"x-mark":"\\u00e9\\u20AC\\ud83d\\ude00"}}', 1, true],
    ['half of a surrogate pair', '{"headers":{"x-mark":"\\ud83d"}}', 0, true],
    ['body', '{"body":"the payload"}', 2, true],
    ['body_preview', '{"body_preview":"the payload"}', 2, true],
    [
      'a form',
      '{"headers":{"content-type":"application/x-www-form-urlencoded"},"body":"b=1&a=x+y"}',
      1,
      true,
    ],
    [
      'unknown keys of every type',
      '{"a":[1,-2.5e+3,{"b":[]}],"c":{"d":null},"e":true,"f":false,"uri":"/evil"}',
      1,
      true,
    ],
    ['null for a known key', '{"uri":null,"headers":null,"body":7}', 0, true],
    ['a repeated key', '{"uri":"/evil","uri":"/"}', 0, true],
    ['the last instant of a rule', `{"uri":"/old","timestamp":${EXPIRY - 0.001}}`, 1, true],
    ['the first instant without it', `{"uri":"/old","timestamp":${EXPIRY}}`, 0, true],
    ['no time', '{"uri":"/old"}', 1, true],
    [
      'a pair of another shape',
      '{"headers":[[],["x-mark"],["x-mark",1],7,["a","b","c"]],"uri":"/evil"}',
      1,
      true,
    ],
    ['nothing', '', 0, false],
    ['an array', '["/evil"]', 0, false],
    ['no end', '{"uri":"/evil"', 0, false],
    ['text behind the end', '{"uri":"/evil"} x', 0, false],
    ['a comma too many', '{"uri":"/evil",}', 0, false],
    ['an unknown escape', '{"uri":"/evil\\x"}', 0, false],
    ['a bare control character', '{"uri":"/evil\n"}', 0, false],
    ['an unclosed string', '{"uri":"/evil', 0, false],
    ['a leading zero', '{"uri":"/evil","x":01}', 0, false],
    ['crossed brackets', '{"uri":"/evil","x":[{]}}', 0, false],
    ['a misspelt word', '{"uri":"/evil","x":nul}', 0, false],
    ['nesting without end', `{"uri":"/evil","x":${'['.repeat(100)}${']'.repeat(100)}}`, 0, false],
  ];

  test.each(CASES)('%s', (_, json, action, readable) => {
    const raw = engine();
    expect(raw.inspectJson(json)).toBe(action);
    expect((raw.flags & EXPLAINED_IS_UNREADABLE_REQUEST) === 0).toBe(readable);
  });

  test('count - every case ran', () => {
    expect(CASES).toHaveLength(29);
  });
});

test('random bytes - as a request never trap and never count as read', () => {
  const raw = new RawEngine(DEBUG, program);
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.constantFrom(0x01, 0x7b, null),
      (bytes, first) => {
        if (first !== null && bytes.length > 0) bytes[0] = first;
        expect([0, 1, 2, 3]).toContain(raw.inspect(bytes));
      },
    ),
    { numRuns: 3000 },
  );
});

test('mutated JSON - never traps', () => {
  const raw = new RawEngine(DEBUG, program);
  const text =
    '{"uri":"/evil?a=%61","headers":[["X-Mark","\\u00e9\\n"]],"body":"a=b&c","timestamp":1.5}';
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.nat(255), fc.nat(text.length), (at, byte, length) => {
      const bytes = Buffer.from(text).subarray(0, length);
      if (at < length) bytes[at] = byte;
      expect([0, 1, 2, 3]).toContain(raw.inspect(bytes));
    }),
    { numRuns: 3000 },
  );
});

test('length - anything that does not lie in the host area is not read', () => {
  const raw = engine();
  const bytes = Buffer.from('{"uri":"/evil"}');
  const cases = [
    [0, -1],
    [-1, bytes.length],
    [0, HOST_AREA_BYTES + 1],
    [HOST_AREA_BYTES - 4, bytes.length],
    [0x7fff_ffff, 0x7fff_ffff],
    [0x200000, 64],
  ] as const;
  for (const [ptr, length] of cases) {
    expect(raw.inspect(ptr === 0 ? bytes : new Uint8Array(), ptr, length)).toBe(0);
    expect(raw.flags & EXPLAINED_IS_UNREADABLE_REQUEST).not.toBe(0);
  }
  expect(raw.inspect(bytes, HOST_AREA_BYTES - bytes.length)).toBe(1);
});

test('host area - filled to its last byte, it corrupts nothing', () => {
  const raw = engine();
  const before = Buffer.from(raw.exports.memory.buffer.slice(HOST_AREA_BYTES));
  const junk = new Uint8Array(HOST_AREA_BYTES).fill(0xff);
  expect(raw.inspect(junk)).toBe(0);
  const evil = `{"uri":"/evil","x":"${'y'.repeat(HOST_AREA_BYTES)}`.slice(0, HOST_AREA_BYTES - 2);
  expect(raw.inspect(Buffer.from(`${evil}"}`))).toBe(1);
  const fresh = new RawEngine(RELEASE, program);
  expect(fresh.inspectJson({ uri: '/evil' })).toBe(1);
  expect(raw.inspectJson({ uri: '/evil' })).toBe(1);
  expect(raw.inspectJson({ uri: '/good' })).toBe(0);
  expect(before.length).toBe(raw.exports.memory.buffer.byteLength - HOST_AREA_BYTES);
});

test('limits - what does not fit is left out, the rest is judged and marked', () => {
  const many = Array.from({ length: 2000 }, (_, i) => `p${i}=v`).join('&');
  const parameters = configOf([
    ruleOf('early', { target: ['query[p5]'], op: 'equals', value: 'v' }),
    ruleOf('late', { target: ['query[p1999]'], op: 'equals', value: 'v' }),
    ruleOf('raw', { target: ['query.raw'], op: 'contains', value: 'p1999=' }),
  ]);
  const instance = instanceOf(parameters);
  instance.inspect(requestOf({ uri: `/?${many}` }));
  expect(instance.explain().matches.map(({ rule }) => rule)).toEqual(['early', 'raw']);
  expect(instance.truncated).toBe(true);

  const raw = engine();
  const headers = Array.from({ length: 300 }, (_, i) => [i === 299 ? 'x-mark' : `h${i}`, 'é€😀']);
  expect(raw.inspectJson({ headers })).toBe(0);
  expect(raw.flags & EXPLAINED_IS_TRUNCATED).not.toBe(0);
});
