import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ArtifactError } from '../../../src/artifact/artifact-error.ts';
import { ByteReader } from '../../../src/artifact/byte-reader.ts';
import { encodeI32, encodeName, encodeU32 } from '../../../src/artifact/byte-writer.ts';

test('byte reader - reads back what the writer wrote', () => {
  fc.assert(
    fc.property(
      fc.nat(0xffffffff),
      fc.integer(),
      fc.string({ unit: 'grapheme' }),
      (unsigned, signed, text) => {
        const bytes = Uint8Array.from([
          ...encodeU32(unsigned),
          ...encodeI32(signed),
          ...encodeName(text),
        ]);
        const reader = new ByteReader(bytes);
        expect(reader.u32()).toBe(unsigned);
        expect(reader.i32()).toBe(signed);
        expect(reader.name()).toBe(text);
        expect(reader.done).toBe(true);
      },
    ),
  );
});

const unreadable: [string, number[], (reader: ByteReader) => unknown, string][] = [
  ['an empty number', [], (r) => r.u32(), 'WAF_ERR_ARTIFACT_TRUNCATED'],
  ['a cut-off number', [0x80, 0x80], (r) => r.u32(), 'WAF_ERR_ARTIFACT_TRUNCATED'],
  ['33 bits', [0xff, 0xff, 0xff, 0xff, 0x1f], (r) => r.u32(), 'WAF_ERR_ARTIFACT_MALFORMED'],
  ['six bytes', [0x80, 0x80, 0x80, 0x80, 0x80, 0], (r) => r.u32(), 'WAF_ERR_ARTIFACT_MALFORMED'],
  [
    'six signed bytes',
    [0x80, 0x80, 0x80, 0x80, 0x80, 0],
    (r) => r.i32(),
    'WAF_ERR_ARTIFACT_MALFORMED',
  ],
  [
    'a long skip',
    [0x80, 0x80, 0x80, 0x80, 0x80, 0],
    (r) => r.skipLeb(32),
    'WAF_ERR_ARTIFACT_MALFORMED',
  ],
  ['a vector beyond its bytes', [5, 1, 2], (r) => r.vectorLength(), 'WAF_ERR_ARTIFACT_TRUNCATED'],
  ['a name beyond its bytes', [5, 65], (r) => r.name(), 'WAF_ERR_ARTIFACT_TRUNCATED'],
  ['a name that is not UTF-8', [2, 0xc3, 0x28], (r) => r.name(), 'WAF_ERR_ARTIFACT_MALFORMED'],
  ['a window beyond its bytes', [1], (r) => r.window(2), 'WAF_ERR_ARTIFACT_TRUNCATED'],
];

test.each(unreadable)('byte reader - refuses %s', (_, bytes, read, code) => {
  const error = attempt(() => read(new ByteReader(Uint8Array.from(bytes))));
  expect(error).toBeInstanceOf(ArtifactError);
  expect((error as ArtifactError).code).toBe(code);
  expect((error as ArtifactError).offset).toBeTypeOf('number');
});

test('byte reader - the table of refusals is complete', () => {
  expect(unreadable).toHaveLength(10);
});

function attempt(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
