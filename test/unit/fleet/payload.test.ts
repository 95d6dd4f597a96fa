import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodePayload, encodePayload } from '../../../src/fleet/json-payload.ts';
import { isReloadHint } from '../../../src/fleet/shapes/reload-hint.ts';
import { tryParse } from '../../../src/fleet/try-parse.ts';
import { hint } from './samples.ts';

test('payload - any JSON value comes back as it was (property)', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (value) => {
      const plain = JSON.parse(JSON.stringify(value));
      expect(await decodePayload(await encodePayload(value))).toEqual(plain);
    }),
  );
});

test('payload - a short one is readable text, a long one is compressed', async () => {
  expect(Buffer.from(await encodePayload({ a: 1 })).toString()).toBe('{"a":1}');
  const long = { text: 'x'.repeat(100_000) };
  const bytes = await encodePayload(long);
  expect(bytes.length).toBeLessThan(1_000);
  expect(await decodePayload(bytes)).toEqual(long);
});

test('payload - arbitrary bytes are a value or an Error (property)', async () => {
  const compressed = fc.uint8Array({ maxLength: 64 }).map((tail) => {
    return Uint8Array.from([0x1f, 0x8b, ...tail]);
  });
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.uint8Array(), compressed), async (bytes) => {
      const outcome = await decodePayload(bytes).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome.message).not.toBe('');
    }),
  );
});

test('payload - what would unpack to more than 64 MiB is not unpacked', async () => {
  const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024, 0x20));
  expect(bomb.length).toBeLessThan(100_000);
  await expect(decodePayload(bomb)).rejects.toMatchObject({ code: 'ERR_BUFFER_TOO_LARGE' });
});

const text = (value: string) => new TextEncoder().encode(value);

test('message - is parsed when it is one', () => {
  expect(tryParse(text(JSON.stringify(hint)), 10_000, isReloadHint)).toEqual({ value: hint });
});

test('message - one that is too long is not even parsed', () => {
  expect(tryParse(text('x'.repeat(11)), 10, isReloadHint)).toEqual({
    fault: '11 bytes, at most 10 allowed',
  });
});

test.each([
  ['empty', ''],
  ['cut off', '{"a":'],
  ['a number with a leading zero', '01'],
])('message - %s is not JSON', (_, json) => {
  expect(tryParse(text(json), 100, isReloadHint)).toMatchObject({
    fault: expect.stringMatching(/^not JSON: /),
  });
});

test('message - bytes that are not UTF-8 are not JSON', () => {
  const bytes = Uint8Array.from([0x22, 0xc3, 0x28, 0x22]);
  expect(tryParse(bytes, 100, isReloadHint)).toMatchObject({
    fault: expect.stringMatching(/^not JSON: /),
  });
});

test('message - arbitrary bytes never throw (property)', () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), fc.json().map(text)), (bytes) => {
      expect(Object.keys(tryParse(bytes, 1_000, isReloadHint))).toHaveLength(1);
    }),
  );
});
