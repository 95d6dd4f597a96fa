import type { PatternReader } from './pattern-reader.ts';
import { RegexFault } from './regex-fault.ts';

export interface Quantifier {
  readonly min: number;
  /** `Infinity` for no upper end. */
  readonly max: number;
  readonly lazy: boolean;
}

const MAX_COUNT = 65535;
const COUNTED = /\{(\d+)(?:(,)(\d*))?\}/y;

/** The quantifier that comes next, null for none; a `{` that opens none is a literal. */
export function parseQuantifier(reader: PatternReader): Quantifier | null {
  const start = reader.at;
  const range = parseRange(reader);
  if (range === null) return null;
  if (reader.peek() === '+') {
    throw new RegexFault(
      start,
      `the possessive quantifier ${reader.source.slice(start, reader.at + 1)} is not supported`,
      'drop the last +: there is no backtracking to save',
    );
  }
  const [min, max] = range;
  return { min, max, lazy: reader.take('?') };
}

function parseRange(reader: PatternReader): readonly [number, number] | null {
  const start = reader.at;
  if (reader.take('*')) return [0, Number.POSITIVE_INFINITY];
  if (reader.take('+')) return [1, Number.POSITIVE_INFINITY];
  if (reader.take('?')) return [0, 1];
  if (reader.peek() !== '{') return null;
  const match = reader.takeMatch(COUNTED);
  if (match === null) return null;
  const min = Number(match[1]);
  const max = match[2] === undefined ? min : match[3] === '' ? Infinity : Number(match[3]);
  if (min > MAX_COUNT || (max !== Infinity && max > MAX_COUNT)) {
    throw new RegexFault(
      start,
      `the count ${match[0]} is too big`,
      `count to ${MAX_COUNT} at most`,
    );
  }
  if (max < min) {
    throw new RegexFault(start, `the counts of ${match[0]} are out of order`, 'lower end first');
  }
  return [min, max];
}
