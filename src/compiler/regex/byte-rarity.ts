import type { ByteText } from '../byte-text.ts';
import { addByte, type ByteSet, bytesOf } from './byte-set.ts';

/** Bytes of the value that the estimates are made for. */
const VALUE_BYTES = 40;

/** Letters come in words: a long text is more frequent than independent bytes would make it. */
const TOGETHER = 0.7;

/** Rough shares of bytes in ordinary requests, in 1/10,000. Letters of either case count together. */
const SHARES: readonly (readonly [bytes: string, share: number])[] = [
  ['e', 800],
  ['at', 580],
  ['oinsr', 480],
  ['hldcump', 280],
  ['fgywb', 140],
  ['vk', 80],
  ['xjqz', 35],
  ['0123456789', 120],
  [' ', 600],
  ['/.-', 120],
  ['_:,"', 70],
  ['=;', 40],
  ["&%+()'", 20],
  ['?*\n\r', 10],
  ['[]{}!@#', 5],
  ['$|~<>\t', 2],
  ['\\^`', 1],
];

const RARE = 0.1;
const HIGH = 2;
const CAPITAL = 0.15;

const SHARE = shares();

/** Estimated chance that an ordinary value holds a byte of the set: 0 never, 1 always. */
export function chanceOfSet(set: ByteSet): number {
  let share = 0;
  for (const byte of bytesOf(set)) share += SHARE[byte]!;
  return 1 - (1 - Math.min(1, share)) ** VALUE_BYTES;
}

/** Estimated chance that an ordinary value holds the text, which is in lower case. */
export function chanceOfWord(word: ByteText): number {
  let share = 1;
  for (let i = 0; i < word.length; i++) share *= foldedShare(word.charCodeAt(i));
  return Math.min(1, VALUE_BYTES * share ** TOGETHER);
}

/** The bytes that fold to `byte`. */
export function bothCases(set: ByteSet, byte: number): void {
  addByte(set, byte);
  if (byte >= 0x61 && byte <= 0x7a) addByte(set, byte - 0x20);
}

function foldedShare(byte: number): number {
  return byte >= 0x61 && byte <= 0x7a ? SHARE[byte]! + SHARE[byte - 0x20]! : SHARE[byte]!;
}

function shares(): Float64Array {
  const table = new Float64Array(256).fill(RARE / 10_000);
  table.fill(HIGH / 10_000, 0x80);
  for (const [bytes, share] of SHARES) {
    for (const char of bytes) {
      const isLetter = /[a-z]/.test(char);
      table[char.charCodeAt(0)] = (share * (isLetter ? 1 - CAPITAL : 1)) / 10_000;
      if (isLetter) table[char.toUpperCase().charCodeAt(0)] = (share * CAPITAL) / 10_000;
    }
  }
  return table;
}
