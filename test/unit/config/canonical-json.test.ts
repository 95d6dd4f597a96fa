import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../../src/config/canonical-json.ts';

test('canonical JSON - means the same as the value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('canonical JSON - does not depend on the order of keys', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
      expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value));
    }),
  );
});

test('canonical JSON - sorts by code unit and leaves out undefined', () => {
  expect(canonicalJson({ b: 1, a: [{ d: undefined, c: null }], '\u00e4': 2, B: 3 })).toBe(
    '{"B":3,"a":[{"c":null}],"b":1,"\u00e4":2}',
  );
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = Object.create(null);
  for (const [key, member] of Object.entries(value).reverse()) copy[key] = reversed(member);
  return copy;
}
