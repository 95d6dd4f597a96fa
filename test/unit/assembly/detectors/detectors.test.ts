import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { hasByte } from '../../../../src/compiler/byte-set.ts';
import { SQLI_NEEDS, XSS_NEEDS } from '../../../../src/compiler/detector-needs.ts';
import {
  compileDetectors,
  type Detector,
  DetectorsModule,
} from '../../../reference/detectors/detectors-module.ts';
import { isXss } from '../../../reference/detectors/html.ts';
import { isSqli } from '../../../reference/detectors/sql.ts';
import { type Cases, HTML, SQL } from './cases.ts';
import { htmlTexts, sqlTexts } from './fragments.ts';

let engine: DetectorsModule;

beforeAll(() => {
  engine = new DetectorsModule(compileDetectors());
});

interface Subject {
  readonly detector: Detector;
  readonly cases: Cases;
  readonly counts: readonly [attacks: number, harmless: number];
  readonly reference: (text: string) => boolean;
  readonly texts: fc.Arbitrary<string>;
  readonly needs: readonly Uint8Array[];
  /** As in src/compiler/cost.ts. */
  readonly perByte: number;
  readonly perValue: number;
}

const SUBJECTS: readonly Subject[] = [
  {
    detector: 'sqli',
    cases: SQL,
    counts: [50, 30],
    reference: isSqli,
    texts: sqlTexts,
    needs: SQLI_NEEDS,
    perByte: 7,
    perValue: 24,
  },
  {
    detector: 'xss',
    cases: HTML,
    counts: [35, 20],
    reference: isXss,
    texts: htmlTexts,
    needs: XSS_NEEDS,
    perByte: 13,
    perValue: 0,
  },
];

const RUNS = { numRuns: 20_000 };

describe.each(SUBJECTS)('is_$detector', (subject) => {
  const { detector, cases, reference, texts, needs } = subject;
  const bytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1');
  const lacks = (text: string, set: Uint8Array) =>
    ![...text].some((character) => hasByte(set, character.charCodeAt(0)));

  test('detects attacks and leaves harmless texts alone', () => {
    expect([cases.attacks.length, cases.harmless.length]).toEqual(subject.counts);
    const missed = cases.attacks.filter((text) => !engine.detects(detector, bytes(text)));
    const wrong = cases.harmless.filter((text) => engine.detects(detector, bytes(text)));
    expect({ missed, wrong }).toEqual({ missed: [], wrong: [] });
  });

  test('attacks are found in any case', () => {
    const upper = cases.attacks.map((text) => bytes(text).toUpperCase());
    const missed = upper.filter((text) => !engine.detects(detector, text));
    expect(missed).toEqual([]);
  });

  test('agrees with the reference on random texts and reads nothing behind them', () => {
    const property = fc.property(texts, (text) => {
      expect(engine.detects(detector, text)).toBe(reference(text));
    });
    fc.assert(property, RUNS);
  });

  test('agrees with the reference on attacks with one part cut out or put in', () => {
    const all = [...cases.attacks, ...cases.harmless].map(bytes);
    const cut = fc.tuple(fc.constantFrom(...all), fc.nat(80), fc.nat(3), texts);
    const property = fc.property(cut, ([text, at, length, inserted]) => {
      const changed = text.slice(0, at) + inserted.slice(0, 6) + text.slice(at + length);
      expect(engine.detects(detector, changed)).toBe(reference(changed));
    });
    fc.assert(property, RUNS);
  });

  test('detects nothing in texts without the bytes that its gate asks for', () => {
    const property = fc.property(texts, (text) => {
      for (const set of needs) {
        const without = [...text].filter((c) => !hasByte(set, c.charCodeAt(0))).join('');
        expect(engine.detects(detector, without)).toBe(false);
      }
    });
    fc.assert(property, RUNS);
    for (const text of cases.attacks) {
      for (const set of needs) expect(lacks(bytes(text), set)).toBe(false);
    }
  });

  test('costs no more steps than the compiler reckons with', () => {
    const property = fc.property(texts, fc.integer({ min: 1, max: 40 }), (text, times) => {
      const long = text.repeat(times);
      engine.detects(detector, long);
      expect(engine.steps()).toBeLessThanOrEqual(subject.perByte * long.length + subject.perValue);
    });
    fc.assert(property, { numRuns: 5_000 });
  });
});
