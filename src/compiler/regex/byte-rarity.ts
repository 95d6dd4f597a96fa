import type { ByteText } from '../byte-text.ts';
import { addByte, BYTE_SET_LENGTH, type ByteSet } from './byte-set.ts';

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
const SHARES_OF_EIGHT = sharesOfEight();
const FACTORS = wordFactors();

/** Estimated chance that an ordinary value holds a byte of the set: 0 never, 1 always. */
export function chanceOfSet(set: ByteSet): number {
  return chanceOfUnion(set, set);
}

/** The same for the union of two sets. */
export function chanceOfUnion(a: ByteSet, b: ByteSet): number {
  let share = 0;
  for (let i = 0; i < BYTE_SET_LENGTH; i++) share += SHARES_OF_EIGHT[(i << 8) | a[i]! | b[i]!]!;
  return 1 - (1 - Math.min(1, share)) ** VALUE_BYTES;
}

/** Estimated chance that an ordinary value holds the text, which is in lower case. */
export function chanceOfWord(word: ByteText): number {
  let chance = VALUE_BYTES;
  for (let i = 0; i < word.length; i++) chance *= FACTORS[word.charCodeAt(i)]!;
  return Math.min(1, chance);
}

/** The bytes that fold to `byte`. */
export function bothCases(set: ByteSet, byte: number): void {
  addByte(set, byte);
  if (byte >= 0x61 && byte <= 0x7a) addByte(set, byte - 0x20);
}

/** Sums of shares: row i, column v for the bytes that element i of a set has when it is v. */
function sharesOfEight(): Float64Array {
  const sums = new Float64Array(BYTE_SET_LENGTH * 256);
  for (let at = 0; at < sums.length; at++) {
    const first = (at >> 8) << 3;
    for (let bit = 0; bit < 8; bit++) if ((at >> bit) & 1) sums[at]! += SHARE[first + bit]!;
  }
  return sums;
}

/** What each byte of a text in lower case makes it rarer by. */
function wordFactors(): Float64Array {
  return SHARE.map((share, byte) => {
    const isLetter = byte >= 0x61 && byte <= 0x7a;
    return (isLetter ? share + SHARE[byte - 0x20]! : share) ** TOGETHER;
  });
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
