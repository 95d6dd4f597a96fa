import fc from 'fast-check';
import { expect, test } from 'vitest';
import { regexWeight } from '../../../../src/compiler/regex-weight.ts';

import { automata } from './random-automaton.ts';
import { expression, RegexEngine } from './regex-engine.ts';
import { runSlowly } from './slow-automaton.ts';

const texts = fc.array(fc.uint8Array({ maxLength: 80 }), { minLength: 1, maxLength: 6 });
/** Bytes of an arena that holds no more than a handful of states. */
const TINY = 101_600;

/** Ways to run the same automaton: what the cache holds, and whether there is one. */
const caches: Record<string, (engine: RegexEngine, turn: number) => void> = {
  warm: () => {},
  cold: (engine) => engine.clear(),
  'almost none': (engine, turn) => turn === 0 && engine.clear(TINY),
  none: (engine) => {
    engine.clear();
    engine.rest();
  },
  'full after the first text': (engine, turn) => turn === 1 && engine.rest(),
  'full for a while': (engine, turn) => turn === 1 && engine.rest(100),
};

test('regex - an automaton does in the engine what it does on paper, step for step', () => {
  let matches = 0;
  fc.assert(
    fc.property(automata, texts, ({ nfa, loops }, values) => {
      const engine = RegexEngine.of(nfa);
      for (const text of values) {
        const { end, steps, from } = runSlowly(nfa, text, loops);
        expect(engine.run(0, text)).toEqual({ end, steps });
        if (end < 0) continue;
        matches += 1;
        expect(engine.locate(0)).toBe(from);
      }
    }),
    { numRuns: 150 },
  );
  expect(matches).toBeGreaterThan(150);
});

test('regex - a DFA finds what its automaton finds, one step per byte', () => {
  fc.assert(
    fc.property(automata, texts, ({ nfa, dfa, loops }, values) => {
      const engine = RegexEngine.of(nfa, dfa);
      for (const text of values) {
        const found = engine.run(1, text);
        const { end } = engine.run(0, text);
        // A DFA in which every text matches has matched before the first byte.
        expect(found.end).toBe(found.end === 0 ? Math.min(end, 0) : end);
        expect(found.steps).toBeLessThanOrEqual(1 + text.length);
        if (found.end < 0) continue;
        expect(found.steps).toBe(1 + found.end);
        engine.run(1, text);
        expect(engine.locate(1)).toBe(runSlowly(nfa, text, loops).from);
      }
    }),
    { numRuns: 150 },
  );
});

test.each(
  Object.entries(caches),
)('regex - verdict and steps do not show the cache: %s', (_, set) => {
  fc.assert(
    fc.property(automata, texts, ({ nfa, loops }, values) => {
      const engine = RegexEngine.of(nfa);
      values.forEach((text, turn) => {
        set(engine, turn);
        const { end, steps, from } = runSlowly(nfa, text, loops);
        expect(engine.run(0, text)).toEqual({ end, steps });
        if (end >= 0) expect(engine.locate(0)).toBe(from);
      });
    }),
    { numRuns: 150 },
  );
});

test('regex - a budget ends a run at the same step whatever the cache holds', () => {
  let cut = 0;
  fc.assert(
    fc.property(automata, fc.nat(6000), ({ nfa, dfa }, budget) => {
      const engine = RegexEngine.of(nfa, dfa);
      const text = new Uint8Array(4000).map((_, i) => (i * 7919) >> 4);
      for (const regex of [0, 1]) {
        const cold = engine.run(regex, text, budget);
        expect(engine.run(regex, text, budget)).toEqual(cold);
        engine.clear();
        engine.rest();
        expect(engine.run(regex, text, budget)).toEqual(cold);
        if (cold.steps <= budget) continue;
        cut += 1;
        expect(cold.end).toBe(-1);
        expect(cold.steps).toBeLessThanOrEqual(budget + 4096 + regexWeight(nfa));
        engine.clear();
      }
    }),
    { numRuns: 150 },
  );
  expect(cut).toBeGreaterThan(20);
});

/** Letters without a pattern, for an expression whose states are sets of the last seven. */
function letters(seed: number): Uint8Array {
  return new Uint8Array(4000).map(
    (_, i) => 0x61 + (Math.imul(i * i + seed * i, 0x9e3779b1) >>> 31),
  );
}

/** How often the cache started over while it read `text` with the room of a handful of states. */
function flushesOver(text: Uint8Array): number {
  const nfa = { ...expression('a[ab]{6}c'), dfa: null };
  const engine = RegexEngine.of(nfa);
  engine.clear(TINY);
  const before = engine.flushes;
  for (let at = 0; at < text.length; at += 500) {
    const value = text.subarray(at, at + 500);
    const { end, steps } = runSlowly(nfa, value);
    expect(engine.run(0, value)).toEqual({ end, steps });
  }
  return engine.flushes - before;
}

test('regex - a full cache starts over where its states have been of use', () => {
  let flushes = 0;
  for (let seed = 0; seed < 50; seed++) {
    flushes += flushesOver(letters(seed).map((letter, i) => (i % 100 < 95 ? 0x78 : letter)));
  }
  expect(flushes).toBeGreaterThan(100);
});

test('regex - a full cache rests where every byte needs another state', () => {
  expect(flushesOver(letters(0))).toBeLessThan(5);
});

test('regex - nothing is noted in a state that a full cache has just forgotten', () => {
  const nfa = { ...expression('^a+c|a[ab]{6}d'), dfa: null };
  const engine = RegexEngine.of(nfa);
  const values = [`${'x'.repeat(2000)}abbabaaabba`, 'aaaaaaaab'];
  for (let room = TINY - 500; room < TINY + 500; room += 16) {
    engine.clear(room);
    for (const value of values) {
      const text = new Uint8Array(Buffer.from(value));
      const { end, steps } = runSlowly(nfa, text);
      expect(engine.run(0, text)).toEqual({ end, steps });
    }
  }
});

test('regex - the weight bounds the steps of every byte', () => {
  fc.assert(
    fc.property(automata, texts, ({ nfa, dfa }, values) => {
      const engine = RegexEngine.of(nfa, dfa);
      for (const text of values) {
        expect(engine.run(0, text).steps).toBeLessThanOrEqual(1 + regexWeight(nfa) * text.length);
        expect(engine.run(1, text).steps).toBeLessThanOrEqual(1 + regexWeight(dfa) * text.length);
      }
    }),
    { numRuns: 200 },
  );
});

test('regex - several expressions share the cache of one program', () => {
  fc.assert(
    fc.property(fc.array(automata, { minLength: 2, maxLength: 6 }), texts, (all, values) => {
      const engine = RegexEngine.of(...all.flatMap(({ nfa, dfa }) => [nfa, dfa]));
      engine.clear(TINY);
      for (const text of values) {
        all.forEach(({ nfa }, i) => {
          const { end, steps } = runSlowly(nfa, text);
          expect(engine.run(2 * i, text)).toEqual({ end, steps });
          expect(engine.run(2 * i + 1, text).end < 0).toBe(end < 0);
        });
      }
    }),
    { numRuns: 200 },
  );
});
