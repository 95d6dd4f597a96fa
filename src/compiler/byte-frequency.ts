import { type ByteSet, hasByte } from './byte-set.ts';
import type { ByteText } from './byte-text.ts';

/**
 * How often bytes occur in ordinary requests, in thousandths. Only ever used to choose the better one
 * of two sound ways to find a match, so a rough guess will do.
 */
const COMMON = ' etaoinsrlhdcu';
const FREQUENCIES: Float64Array = Float64Array.from({ length: 256 }, (_, byte) => guess(byte));

function guess(byte: number): number {
  const character = String.fromCharCode(byte);
  if (COMMON.includes(character)) return 50;
  if (/[a-z]/.test(character)) return 18;
  if (/[0-9]/.test(character)) return 22;
  if (/[A-Z]/.test(character)) return 6;
  if ('/.-_=,;:&%+?"'.includes(character)) return 8;
  if ("'()*#@!".includes(character)) return 1.5;
  if (byte >= 0x80) return 0.3;
  return byte < 0x20 ? 0.2 : 0.4;
}

/** The share of a byte in ordinary requests, 0 to 1. */
export function frequencyOf(byte: number): number {
  return FREQUENCIES[byte]! / 1000;
}

/** Of a value of ordinary length. */
const TYPICAL_LENGTH = 40;

/** The chance that some byte of the set occurs in an ordinary value, 0 to 1. */
export function chanceOfSet(set: ByteSet): number {
  let frequency = 0;
  for (let byte = 0; byte < 256; byte++) if (hasByte(set, byte)) frequency += FREQUENCIES[byte]!;
  return 1 - (1 - Math.min(1, frequency / 1000)) ** TYPICAL_LENGTH;
}

/** The chance that a folded text occurs in an ordinary value, 0 to 1. */
export function chanceOfText(text: ByteText): number {
  let chance = TYPICAL_LENGTH;
  // Letters depend on each other: each one tells less than its frequency says.
  for (let i = 0; i < text.length; i++) chance *= (FREQUENCIES[text.charCodeAt(i)]! / 1000) ** 0.7;
  return Math.min(1, chance);
}
