import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spliceProgram, unspliceProgram } from '../../../src/artifact/splice-program.ts';
import { PROGRAM_BASE } from '../../../src/config/layout.gen.ts';
import { plainEngine } from '../../wasm-fixtures/fixtures.ts';

const segment = fc.record({
  offset: fc.option(fc.nat(1000), { nil: undefined }),
  bytes: fc.uint8Array({ maxLength: 200 }),
});
const engines = fc
  .record({
    data: fc.option(fc.array(segment, { minLength: 1, maxLength: 4 }), { nil: undefined }),
    dataCount: fc.boolean(),
    custom: fc.array(fc.constant({ name: 'producers', payload: Uint8Array.of(0) }), {
      maxLength: 2,
    }),
  })
  .map(({ data, ...rest }) => plainEngine({ ...rest, ...(data && { data }) }));
const programs = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.nat(400_000).map((length) => new Uint8Array(length).fill(7)),
);

test('splice - engine and program come out again byte by byte', () => {
  fc.assert(
    fc.property(engines, programs, (engine, program) => {
      const spliced = spliceProgram(engine, program);
      const parts = unspliceProgram(spliced);
      expect(Buffer.compare(parts.engine, engine)).toBe(0);
      expect(Buffer.compare(parts.program, program)).toBe(0);
      expect(Buffer.compare(spliceProgram(parts.engine, parts.program), spliced)).toBe(0);
    }),
  );
});

test('splice - the module is valid and holds the program at its address', async () => {
  await fc.assert(
    fc.asyncProperty(engines, programs, async (engine, program) => {
      const { instance } = await WebAssembly.instantiate(spliceProgram(engine, program));
      const memory = instance.exports.memory as WebAssembly.Memory;
      const found = new Uint8Array(memory.buffer, PROGRAM_BASE, program.length);
      expect(Buffer.compare(found, program)).toBe(0);
    }),
    { numRuns: 40 },
  );
});

test('splice - any bytes that come apart go together to the same bytes', () => {
  const spliced = spliceProgram(plainEngine(), Uint8Array.of(1, 2, 3, 4));
  let apart = 0;
  fc.assert(
    fc.property(fc.nat(spliced.length - 1), fc.nat(255), (position, value) => {
      const mutant = spliced.slice();
      mutant[position] = value;
      let parts: ReturnType<typeof unspliceProgram>;
      try {
        parts = unspliceProgram(mutant);
      } catch (error) {
        expect((error as Error).name).toBe('ArtifactError');
        return;
      }
      apart++;
      expect(Buffer.compare(spliceProgram(parts.engine, parts.program), mutant)).toBe(0);
    }),
    { numRuns: 2000 },
  );
  expect(apart).toBeGreaterThan(50);
});

const refused: [string, Uint8Array, string][] = [
  ['a memory of another size', plainEngine({ memory: { min: 1, max: 64 } }), 'NOT_SPLICEABLE'],
  ['no memory', plainEngine({ memory: null }), 'NOT_SPLICEABLE'],
  ['no memory maximum', plainEngine({ memory: { min: 33, max: null } }), 'NOT_SPLICEABLE'],
  ['a maximum that is too small', plainEngine({ memory: { min: 33, max: 33 } }), 'NOT_SPLICEABLE'],
  ['an empty data section', plainEngine({ data: [] }), 'NOT_SPLICEABLE'],
  ['bytes that are no module', Uint8Array.of(1, 2, 3), 'NOT_WASM'],
];

test.each(refused)('splice - refuses an engine with %s', (_, engine, code) => {
  expect(() => spliceProgram(engine, new Uint8Array(100_000))).toThrow(
    expect.objectContaining({ code: `WAF_ERR_ARTIFACT_${code}` }),
  );
});

test('splice - a plain engine has no program to take out', () => {
  for (const engine of [
    plainEngine(),
    plainEngine({ data: [{ offset: 0, bytes: new Uint8Array(3) }] }),
  ]) {
    expect(() => unspliceProgram(engine)).toThrow(
      expect.objectContaining({ code: 'WAF_ERR_ARTIFACT_NO_PROGRAM' }),
    );
  }
});
