import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readJson } from '../../../src/rules/json-text.ts';

test('json text - the value is that of JSON.parse', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const { json, faults } = readJson(text);
      expect(faults).toEqual([]);
      expect(json?.value).toEqual(JSON.parse(text));
    }),
    { numRuns: 300 },
  );
});

test('json text - a pointer is located at its value, or at its key when asked', () => {
  const { json } = readJson('{\r\n  "a": [1,\n    {"b/c": true}],\n "ü": 2}');
  expect(json?.locate('')).toEqual({ line: 1, column: 1 });
  expect(json?.locate('/a')).toEqual({ line: 2, column: 8 });
  expect(json?.locate('/a', 'key')).toEqual({ line: 2, column: 3 });
  expect(json?.locate('/a/1')).toEqual({ line: 3, column: 5 });
  expect(json?.locate('/a/1/b~1c')).toEqual({ line: 3, column: 13 });
  expect(json?.locate('/ü')).toEqual({ line: 4, column: 7 });
});

test('json text - what does not exist is located at what is around it', () => {
  const { json } = readJson('{"a": {"b": 1}}');
  expect(json?.locate('/a/x/y')).toEqual({ line: 1, column: 7 });
  expect(json?.existing('/a/x/y')).toBe('/a');
  expect(json?.existing('/a/b')).toBe('/a/b');
});

test('json text - of a key that stands twice the first value counts', () => {
  const { json, faults } = readJson('{"a": 1, "a": 2, "a": 3}');
  expect(json?.value).toEqual({ a: 1 });
  expect(faults.map(({ code, column }) => [code, column])).toEqual([
    ['WAF_ERR_RULE_JSON_DUPLICATE_KEY', 10],
    ['WAF_ERR_RULE_JSON_DUPLICATE_KEY', 18],
  ]);
});

test('json text - __proto__ is an ordinary key', () => {
  const { json } = readJson('{"__proto__": {"polluted": true}}');
  expect(Object.keys(json?.value as object)).toEqual(['__proto__']);
  expect((json?.value as { polluted?: boolean }).polluted).toBeUndefined();
});

test('json text - a byte order mark is passed over', () => {
  expect(readJson('\uFEFF{"a": 1}').json?.locate('/a')).toEqual({ line: 1, column: 7 });
});

test('json text - a syntax error says what was expected and what was found', () => {
  const said = (text: string) => readJson(text).faults[0]?.message;
  expect(said('{"a" 1}')).toBe('expected ":" after the key "a", found 1');
  expect(said('{"a": 1 "b": 2}')).toBe('expected "," or "}", found the string "b"');
  expect(said('[1 2]')).toBe('expected "," or "]", found 2');
  expect(said('[1,]')).toBe('expected a value, found "]"');
  expect(said('{"a": 1,}')).toBe('expected a key in double quotes, found "}"');
  expect(said('')).toBe('expected a value, found the end of the text');
  expect(said('{"a": nul}')).toBe('expected a value, found the word nul');
  expect(said('{"a": 1} // x')).toBe(
    'expected the end of the text, found a comment, which JSON does not have',
  );
});
