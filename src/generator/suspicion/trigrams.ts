import type { CountMinSketch } from './count-min-sketch.ts';

/** Trigrams of a value that are looked at: its beginning says enough. */
const MAX_TRIGRAMS = 256;

/**
 * Calls back with a 32-bit key for each trigram of a text within a parameter. Letters count without their
 * case and digits as one, so that what is rare is the form and not the number.
 */
export function forEachTrigram(parameter: number, text: string, visit: (key: number) => void) {
  const end = Math.min(text.length, MAX_TRIGRAMS);
  // The edges count: a value that begins with a quote is another one than a value that has one.
  let [first, second] = [1, 2];
  for (let at = 0; at <= end; at++) {
    const third = at === end ? 3 : fold(text.charCodeAt(at));
    visit(Math.imul(parameter ^ (first | (second << 8) | (third << 16)), 0x9e3779b1) >>> 0);
    first = second;
    second = third;
  }
}

function fold(code: number): number {
  if (code >= 0x30 && code <= 0x39) return 0x30;
  return code >= 0x41 && code <= 0x5a ? code | 0x20 : code & 0xff;
}

/** Mean surprise of the trigrams of a text in bits, given how many trigrams the parameter has had. */
export function surpriseOf(
  sketch: CountMinSketch,
  parameter: number,
  text: string,
  total: number,
): number {
  let bits = 0;
  let trigrams = 0;
  forEachTrigram(parameter, text, (key) => {
    bits -= Math.log2((sketch.count(key) + 0.5) / (total + 256));
    trigrams += 1;
  });
  return bits / trigrams;
}
