import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as L from '../../../../src/config/layout.gen.ts';
import { automata } from './random-automaton.ts';
import { RegexEngine, regexProgram } from './regex-engine.ts';

const REGEX_SECTIONS = [
  L.SECTION_REGEXES,
  L.SECTION_CLASS_MAPS,
  L.SECTION_DFA_CELLS,
  L.SECTION_POSITIONS,
  L.SECTION_FOLLOWS,
  L.SECTION_FOLLOW_ITEMS,
  L.SECTION_DISPATCHES,
  L.SECTION_NFA_SETS,
];
const SOME_STEPS = 100_000;

const mutations = fc.array(
  fc.record({
    section: fc.constantFrom(...REGEX_SECTIONS),
    place: fc.nat(),
    value: fc.oneof(
      fc.constantFrom(0, 1, 2, 3, 255, 0xffff, 0xfffe, 0xffff_ffff, 0x7fff_ffff),
      fc.nat(300),
    ),
    bytes: fc.constantFrom(1, 2, 4),
  }),
  { minLength: 1, maxLength: 3 },
);

type Mutation = typeof mutations extends fc.Arbitrary<(infer M)[]> ? M : never;

/** Overwrites numbers inside the tables; the sections stay where they are. */
function mutate(program: Uint8Array, changes: readonly Mutation[]): Uint8Array {
  const copy = program.slice();
  const view = new DataView(copy.buffer);
  for (const { section, place, value, bytes } of changes) {
    const [, size, sentinel] = L.SECTION_TABLE[section]!;
    const entry = L.HEADER_SIZE + section * L.SECTION_SIZE;
    const records = view.getUint32(entry + L.SECTION_COUNT_AT, true) + (sentinel ? 1 : 0);
    const length = records * size;
    if (length < bytes) continue;
    const at = view.getUint32(entry + L.SECTION_OFFSET_AT, true) + aligned(place % length, bytes);
    if (bytes === 1) view.setUint8(at, value & 0xff);
    else if (bytes === 2) view.setUint16(at, value & 0xffff, true);
    else view.setUint32(at, value, true);
  }
  return copy;
}

const aligned = (place: number, bytes: number) => place - (place % bytes);

/** Reused: a new memory of six megabytes for each program would be most of the test. */
const engine = new RegexEngine(regexProgram([]));

/** What the runs of a checked program give when everything around them holds `byte`. */
function outcomes(program: Uint8Array, count: number, texts: readonly Uint8Array[], byte: number) {
  engine.load(program);
  engine.poison(byte, program.length);
  return texts.flatMap((text) =>
    Array.from({ length: count }, (_, regex) => {
      const outcome = engine.run(regex, text, SOME_STEPS);
      return [outcome, outcome.end < 0 ? 0 : engine.locate(regex)];
    }),
  );
}

test('regex - a mutated table is refused, or runs without reading outside', () => {
  let loaded = 0;
  let refused = 0;
  const texts = fc.array(fc.uint8Array({ maxLength: 60 }), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(
      fc.array(automata, { minLength: 1, maxLength: 3 }),
      mutations,
      texts,
      (all, changes, values) => {
        const regexes = all.flatMap(({ nfa, dfa }) => [nfa, dfa]);
        const program = mutate(regexProgram(regexes), changes);
        engine.load(program);
        const code = engine.check();
        if (code !== L.LOAD_OK) {
          expect(code).toBe(L.LOAD_BAD_REGEX);
          refused += 1;
          return;
        }
        loaded += 1;
        const zeros = outcomes(program, regexes.length, values, 0);
        expect(outcomes(program, regexes.length, values, 0xff)).toEqual(zeros);
      },
    ),
    { numRuns: 400 },
  );
  expect(loaded).toBeGreaterThan(60);
  expect(refused).toBeGreaterThan(60);
});

test('regex - a check in steps answers what a check in one go answers', () => {
  fc.assert(
    fc.property(automata, mutations, fc.integer({ min: 1, max: 40 }), (one, changes, budget) => {
      const program = mutate(regexProgram([one.nfa, one.dfa, one.nfa]), changes);
      engine.load(program);
      expect(engine.check(budget)).toBe(engine.check());
    }),
    { numRuns: 200 },
  );
});
