import {
  BYTE_CLASS_COUNT,
  BYTE_CLASSES,
  countByteClasses,
  SYNTAX_CLASSES,
} from './byte-classes.ts';
import type { CountMinSketch } from './count-min-sketch.ts';
import { RecentNumbers } from './recent-numbers.ts';
import { forEachTrigram, surpriseOf } from './trigrams.ts';

/** How odd a value is for its parameter, each from 0 (as ever) to 1. */
export interface ValueOddity {
  readonly length: number;
  readonly surprise: number;
  readonly classes: number;
  /** Classes of bytes that the parameter never has, for a person. */
  readonly newClasses: readonly string[];
}

const REMEMBERED = 128;

/** What the values of one parameter look like; the trigrams of all parameters share one sketch. */
export class ParameterModel {
  readonly #key: number;
  readonly #sketch: CountMinSketch;
  readonly #lengths = new RecentNumbers(REMEMBERED);
  readonly #surprises = new RecentNumbers(REMEMBERED);
  /** Values that had a byte of the class. */
  readonly #withClass = new Float64Array(BYTE_CLASS_COUNT);
  #values = 0;
  #trigrams = 0;

  /** `key`: a hash of the parameter's name and place. */
  constructor(key: number, sketch: CountMinSketch) {
    this.#key = key;
    this.#sketch = sketch;
  }

  /** Values it has learned from; older ones count less after each decay. */
  get values(): number {
    return this.#values;
  }

  learn(text: string): void {
    this.#lengths.add(Math.log2(text.length + 1));
    // Before it is counted itself: as a value that comes next will be seen.
    this.#surprises.add(this.surpriseOf(text));
    const counts = countByteClasses(text);
    for (let each = 0; each < BYTE_CLASS_COUNT; each++) {
      if (counts[each]! > 0) this.#withClass[each]! += 1;
    }
    forEachTrigram(this.#key, text, (key) => {
      this.#sketch.add(key);
      this.#trigrams += 1;
    });
    this.#values += 1;
  }

  /** Bits per trigram. */
  surpriseOf(text: string): number {
    return surpriseOf(this.#sketch, this.#key, text, this.#trigrams);
  }

  judge(text: string): ValueOddity {
    const counts = countByteClasses(text);
    const isNew = (each: number) =>
      counts[each]! > 0 && (this.#withClass[each]! + 0.5) / (this.#values + 1) < 0.02;
    const unknown = BYTE_CLASSES.flatMap((_, each) => (isNew(each) ? [each] : []));
    const syntax = unknown.filter((each) => SYNTAX_CLASSES.includes(each)).length;
    return {
      length: ramp(this.#lengths.excess(Math.log2(text.length + 1), 0.5), 1.5, 4),
      surprise: ramp(this.#surprises.excess(this.surpriseOf(text), 1), 1.5, 3.5),
      classes: Math.min(1, 0.5 * syntax + 0.15 * (unknown.length - syntax)),
      newClasses: unknown.map((each) => BYTE_CLASSES[each]!),
    };
  }

  /** The sketch is decayed by whoever owns it. */
  decay(factor: number): void {
    this.#values *= factor;
    this.#trigrams *= factor;
    for (let each = 0; each < BYTE_CLASS_COUNT; each++) this.#withClass[each]! *= factor;
  }
}

/** 0 up to `from`, 1 from `to` on. */
export function ramp(value: number, from: number, to: number): number {
  return Math.min(1, Math.max(0, (value - from) / (to - from)));
}
