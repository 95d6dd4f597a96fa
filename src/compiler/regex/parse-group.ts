import type { PatternReader } from './pattern-reader.ts';
import { RegexFault } from './regex-fault.ts';

export interface Flags {
  readonly ignoreCase: boolean;
  readonly dotAll: boolean;
  readonly multiLine: boolean;
}

export type GroupOpening =
  | { readonly kind: 'group'; readonly captures: boolean; readonly flags: Flags }
  /** `(?i)`: holds until the end of the group it stands in. */
  | { readonly kind: 'flags'; readonly flags: Flags }
  | { readonly kind: 'comment' };

const REFUSED: readonly (readonly [opening: string, what: string, hint: string])[] = [
  ['?=', 'look-ahead', 'write a second condition for what must follow'],
  ['?!', 'look-ahead', 'write a second condition with `not` for what must not follow'],
  ['?<=', 'look-behind', 'write what comes before into the expression, or use \\b'],
  ['?<!', 'look-behind', 'write a second condition with `not`, or use \\b'],
  ['?>', 'an atomic group', 'write (?:…): there is no backtracking to save'],
  ['?(', 'a conditional group', 'write the alternatives out with |'],
  ['?|', 'a branch reset group', 'write (?:…)'],
  ['?R', 'recursion', 'write out as many levels as you need'],
  ['?&', 'recursion', 'write out as many levels as you need'],
  ['?P>', 'recursion', 'write out as many levels as you need'],
  ['?P=', 'a back-reference', 'compare the texts in a second condition'],
  ['?C', 'a callout', 'leave it out'],
  ['*', 'a verb', 'leave it out: there is no backtracking to steer'],
];

const FLAG_LETTERS: ReadonlyMap<string, keyof Flags> = new Map([
  ['i', 'ignoreCase'],
  ['s', 'dotAll'],
  ['m', 'multiLine'],
]);

/** Reads what opens a group; the cursor is behind its `(`, which stands at `start`. */
export function parseGroupOpening(
  reader: PatternReader,
  start: number,
  flags: Flags,
): GroupOpening {
  if (reader.peek() !== '?' && reader.peek() !== '*')
    return { kind: 'group', captures: true, flags };
  if (reader.takeMatch(/\?(?:P?<[A-Za-z_]\w*>|'[A-Za-z_]\w*')/y) !== null) {
    return { kind: 'group', captures: true, flags };
  }
  for (const [opening, what, hint] of REFUSED) {
    if (reader.take(opening)) throw new RegexFault(start, `${what} is not supported`, hint);
  }
  if (reader.takeMatch(/\?[+-]?\d/y) !== null) {
    throw new RegexFault(
      start,
      'recursion is not supported',
      'write out as many levels as you need',
    );
  }
  if (reader.take('?#')) return skipComment(reader, start);
  return parseFlags(reader, start, flags);
}

function skipComment(reader: PatternReader, start: number): GroupOpening {
  if (reader.takeMatch(/[^)]*\)/y) !== null) return { kind: 'comment' };
  throw new RegexFault(start, 'the comment has no closing )', 'close it, or leave it out');
}

function parseFlags(reader: PatternReader, start: number, outer: Flags): GroupOpening {
  const match = reader.takeMatch(/\?([A-Za-z]*)(?:-([A-Za-z]*))?([:)])/y);
  if (match === null) {
    throw new RegexFault(start, 'this kind of group is not known', 'write (?:…), or (?<name>…)');
  }
  const flags = { ...outer };
  set(match[1]!, true);
  set(match[2] ?? '', false);
  return match[3] === ')' ? { kind: 'flags', flags } : { kind: 'group', captures: false, flags };

  function set(letters: string, on: boolean): void {
    for (const letter of letters) {
      const flag = FLAG_LETTERS.get(letter);
      if (flag === undefined) {
        throw new RegexFault(
          start,
          `the flag ${letter} is not supported`,
          'the flags are i, s and m',
        );
      }
      flags[flag] = on;
    }
  }
}
