import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TRANSFORMS as TRAITS, type TransformTraits } from '../../../src/compiler/transforms.ts';
import { TRANSFORM_NAMES } from '../../../src/config/layout.gen.ts';
import { compileHarness } from '../../reference/compile-harness.ts';
import { TRANSFORMS } from '../../reference/transforms.ts';
import { TRANSFORM_INPUT } from '../../reference/transforms-arbitrary.ts';
import { CASES } from '../../reference/transforms-cases.ts';
import { TransformsModule } from '../../reference/transforms-module.ts';

const engine = new TransformsModule(compileHarness('transforms'));
const NAMES = [...TRAITS.keys()];

function check(runs: number, property: (input: string) => void): void {
  fc.assert(fc.property(TRANSFORM_INPUT, property), { numRuns: runs });
}

function isTrigger({ triggers }: TransformTraits, byte: number): boolean {
  return triggers === null || ((triggers[byte >> 3]! >> (byte & 7)) & 1) === 1;
}

function lowercase(text: string): string {
  return engine.run('lowercase', text).output;
}

describe('transforms and their reference', () => {
  test.each(NAMES)('%s - same bytes, exact flag, nothing beyond its room', (name) => {
    check(1500, (input) => {
      const output = TRANSFORMS[name]!(input);
      expect(engine.run(name, input)).toEqual({
        output,
        changed: output !== input,
        strayBytes: 0,
      });
    });
  });

  test.each(NAMES)('%s - long values, at every distance from a word', (name) => {
    for (let length = 0; length < 70; length++) {
      for (const unit of [
        'A',
        ' ',
        'a/',
        '%41',
        '\\41',
        '&#65;',
        '0x41',
        '/*',
        'QUJD',
        '\xc3\xa9',
      ]) {
        const input = unit.repeat(length).slice(0, length);
        expect(engine.run(name, input).output).toBe(TRANSFORMS[name]!(input));
      }
    }
  });
});

describe('transform traits', () => {
  test('names and codes - those of the layout', () => {
    const codes = NAMES.map((name) => [TRAITS.get(name)!.code, name] as const);
    expect(new Map(codes)).toEqual(new Map(TRANSFORM_NAMES));
    expect(codes).toHaveLength(32);
  });

  test.each(NAMES)('%s - without a trigger byte nothing happens', (name) => {
    const traits = TRAITS.get(name)!;
    if (traits.triggers === null) return;
    check(800, (input) => {
      const quiet = [...input].filter((c) => !isTrigger(traits, c.charCodeAt(0))).join('');
      expect(engine.run(name, quiet)).toEqual({ output: quiet, changed: false, strayBytes: 0 });
    });
  });

  test.each(NAMES)('%s - every trigger byte can alone make a difference', (name) => {
    const traits = TRAITS.get(name)!;
    for (let byte = 0; traits.triggers !== null && byte < 256; byte++) {
      if (!isTrigger(traits, byte)) continue;
      expect(
        witnesses(byte).some((text) => isWitness(traits, name, text, byte)),
        `${byte}`,
      ).toBe(true);
    }
  });

  test.each(NAMES)('%s - the output stays below growth and extra, and the bound is met', (name) => {
    const { growth, extra } = TRAITS.get(name)!;
    check(300, (input) => {
      const { length } = engine.run(name, input).output;
      expect(length).toBeLessThanOrEqual(growth * input.length + extra);
    });
    for (const length of [0, 1, 2, 3, 1000, 262_144]) {
      expect(engine.roomFor(name, length)).toBe(growth * length + extra);
    }
    expect(engine.weightOf(name)).toBe(TRAITS.get(name)!.weight);
  });

  test.each(NAMES)('%s - commutes with lowercase exactly when it says so', (name) => {
    const commutes = (input: string) =>
      lowercase(engine.run(name, input).output) === engine.run(name, lowercase(input)).output;
    if (TRAITS.get(name)!.commutesWithLowercase) {
      check(800, (input) => {
        expect(commutes(input)).toBe(true);
      });
    } else {
      const samples = [...CASES[name]!.map(([input]) => input), 'AB', 'QUJD', '%41'];
      expect(samples.some((input) => !commutes(input))).toBe(true);
    }
  });
});

/** Values in which a byte may matter: alone, twice, among what such bytes usually stand with. */
function witnesses(byte: number): readonly string[] {
  const c = String.fromCharCode(byte);
  const tail = '\x80'.repeat(byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3);
  return [c, c + c, `a${c}`, `${c}41`, `${c}lt`, `0${c}41`, `/${c}a`, c + tail];
}

function isWitness(traits: TransformTraits, name: string, text: string, byte: number): boolean {
  const others = [...text].map((c) => c.charCodeAt(0)).filter((other) => other !== byte);
  return !others.some((other) => isTrigger(traits, other)) && engine.run(name, text).changed;
}
