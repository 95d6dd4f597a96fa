import type { PreparedRequest } from '../learn/prepared-request.ts';
import { tokenStrength } from './token-strength.ts';
import { tokenTexts } from './token-texts.ts';

/** Lengths of the tokens that are counted. */
const LENGTHS = [4, 5, 6, 8, 10, 12, 16, 20, 24];
/** Of a long value the beginning speaks for the rest. */
const MAX_TEXT = 600;
/** Tokens that go on to be tested against the benign pool. */
const MAX_TOKENS = 400;

/** A run of bytes that samples have in common. */
export interface CommonToken {
  readonly text: string;
  /** Numbers of the samples that contain it, in order. */
  readonly samples: readonly number[];
}

/**
 * Tokens that at least `least` of the samples contain, those of most samples first. Of tokens that say the
 * same, because the same samples contain them, the one with most signs stays, then the longest. Values that
 * are ordinary hold no tokens.
 */
export function commonTokens(
  samples: readonly PreparedRequest[],
  least: number,
  isOrdinary: (text: string) => boolean,
): CommonToken[] {
  const owners = new Map<string, number[]>();
  samples.forEach((sample, number) => {
    for (const token of tokensOf(sample, isOrdinary)) {
      const list = owners.get(token);
      if (list === undefined) owners.set(token, [number]);
      else list.push(number);
    }
  });
  const common = [...owners].filter(([, list]) => list.length >= least);
  const longest = new Map<string, CommonToken>();
  for (const [text, list] of common) {
    const key = list.join();
    const other = longest.get(key);
    if (other === undefined || isBetter(text, other.text))
      longest.set(key, { text, samples: list });
  }
  return [...longest.values()]
    .sort((a, b) => b.samples.length - a.samples.length || (a.text < b.text ? -1 : 1))
    .slice(0, MAX_TOKENS);
}

function isBetter(text: string, other: string): boolean {
  const stronger = tokenStrength(text) - tokenStrength(other);
  if (stronger !== 0) return stronger > 0;
  return text.length > other.length || (text.length === other.length && text < other);
}

function tokensOf(sample: PreparedRequest, isOrdinary: (text: string) => boolean): Set<string> {
  const tokens = new Set<string>();
  for (const text of tokenTexts(sample)) {
    if (isOrdinary(text)) continue;
    const end = Math.min(text.length, MAX_TEXT);
    for (const length of LENGTHS) {
      for (let at = 0; at + length <= end; at++) tokens.add(text.slice(at, at + length));
    }
  }
  return tokens;
}
