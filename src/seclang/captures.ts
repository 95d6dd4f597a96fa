import { toPattern } from './pattern.ts';

/**
 * Rules that test what an earlier regular expression captured. Most captures of the Core Rule Set are the
 * whole value or a run of bytes of one class; a test whether such a capture is one of some words is a
 * regular expression again, and needs no capture at run time.
 */

export type CaptureShape =
  | { readonly kind: 'whole' }
  /** `before`, then as many bytes of `set` as there are; at the end of the value when `atEnd`. */
  | { readonly kind: 'run'; readonly before: string; readonly set: string; readonly atEnd: boolean }
  | { readonly kind: 'other' };

const SET = String.raw`\[(?:\\.|[^\]\\])+\]`;
const WHOLE_RUN = new RegExp(`^(\\^?)(${SET})\\+()$`);
const LAST_RUN = new RegExp(`^(.*)\\((${SET})\\+\\)(\\$?)$`, 's');

/** What group `index` of a regular expression captures; 0 is all of the match. */
export function captureShape(regex: string, index: number): CaptureShape {
  if ((index === 0 && regex === '^.*$') || (index === 1 && /^\^\(\.\*\)\$?$/.test(regex))) {
    return { kind: 'whole' };
  }
  const run = index === 0 ? WHOLE_RUN.exec(regex) : index === 1 ? LAST_RUN.exec(regex) : null;
  if (run === null) return { kind: 'other' };
  const [, before = '', set = '', end] = run;
  const hasOtherGroup = /(?<!\\)\((?!\?)/.test(before);
  if (hasOtherGroup) return { kind: 'other' };
  return { kind: 'run', before, set, atEnd: end === '$' };
}

/** A regular expression that matches when the run is one of `words`. */
export function runIsOneOf(
  { before, set, atEnd }: CaptureShape & { kind: 'run' },
  words: readonly string[],
  ignoreCase: boolean,
): string {
  const whole = toPattern(`^${set}+$`, 's');
  const possible = words.filter((word) => whole?.test(word) !== false);
  const list = possible.map(escapeText).join('|');
  const after = atEnd ? '$' : `(?:${complement(set)}|$)`;
  return `${before}(?${ignoreCase ? 'i' : ''}:${list})${after}`;
}

function complement(set: string): string {
  return set.startsWith('[^') ? `[${set.slice(2)}` : `[^${set.slice(1)}`;
}

function escapeText(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/**
 * `@within` on a text that has the capture between `before` and `after`: the captures for which it holds.
 * `|a| |b|` with `|` on both sides gives a and b.
 */
export function wordsWithin(list: string, before: string, after: string): readonly string[] {
  const words = new Set<string>();
  for (let at = list.indexOf(before); at !== -1; at = list.indexOf(before, at + 1)) {
    const start = at + before.length;
    const end = list.indexOf(after, start);
    if (end === -1) break;
    const word = list.slice(start, end);
    if (word.trim() !== '') words.add(word);
  }
  return [...words];
}
