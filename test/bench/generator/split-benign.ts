import type { RecordedRequest } from '../../../src/evaluation/recorded-request.ts';
import { drawFrom, seededRandom } from '../../../src/generator/learn/seeded-random.ts';

export interface BenignSplit {
  /** What the learner sees: for its conjunctions and its gate. */
  readonly pool: readonly RecordedRequest[];
  /** Requests of other sources, which it never sees. */
  readonly unseen: readonly RecordedRequest[];
}

/** Shares of the benign requests that a pool may have. */
const SMALLEST_SHARE = 0.4;

/**
 * Whole sources on either side, about as many requests on both. Seeds come in pairs that swap the sides:
 * every request is unseen once in a pair.
 */
export function splitBenign(benign: readonly RecordedRequest[], seed: number): BenignSplit {
  const sources = [...new Set(benign.map(({ source }) => source))];
  const random = seededRandom(1000 + (seed >> 1));
  for (;;) {
    const chosen = new Set(drawFrom(sources, Math.ceil(sources.length / 2), random));
    const inside = benign.filter(({ source }) => chosen.has(source));
    const share = inside.length / benign.length;
    if (share < SMALLEST_SHARE || share > 1 - SMALLEST_SHARE) continue;
    const outside = benign.filter(({ source }) => !chosen.has(source));
    return seed % 2 === 0 ? { pool: inside, unseen: outside } : { pool: outside, unseen: inside };
  }
}
