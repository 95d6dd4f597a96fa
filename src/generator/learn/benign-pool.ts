import type { RecordedRequest } from '../../evaluation/recorded-request.ts';
import type { Shape } from '../shapes/shape.ts';
import { VOCABULARY } from '../shapes/vocabulary.ts';
import { createGramIndex, type GramIndex } from '../tokens/gram-index.ts';
import { tokenTexts } from '../tokens/token-texts.ts';
import { Bits } from './bits.ts';
import { type PreparedRequest, prepareRequest } from './prepared-request.ts';
import { hasShape } from './shape-hits.ts';

/** Requests that are believed benign, indexed once: what no rule may match. */
export interface BenignPool {
  readonly size: number;
  readonly requests: readonly PreparedRequest[];
  /** The requests that have the shape; found out once. */
  withShape(shape: Shape): Bits;
  /** The requests that pass a test; found out once for each name of a test. */
  passing(name: string, test: (request: PreparedRequest) => boolean): Bits;
  /** The requests that contain the token of at least 4 bytes; null when there are more than `most`. */
  withToken(token: string, most: number): Bits | null;
  /** Whether a value of a benign request is just this text, numbers apart. */
  hasText(text: string): boolean;
  /** Finds out beforehand what is otherwise found out when it is first asked for. */
  indexNow(): void;
}

export function createBenignPool(requests: Iterable<RecordedRequest>): BenignPool {
  const pool = [...requests].map(prepareRequest);
  const known = new Map<string, Bits>();
  let index: GramIndex | null = null;
  let texts: ReadonlySet<string> | null = null;

  function passing(name: string, test: (request: PreparedRequest) => boolean): Bits {
    let bits = known.get(name);
    if (bits === undefined) {
      bits = Bits.from(pool.length, (at) => test(pool[at]!));
      known.set(name, bits);
    }
    return bits;
  }

  const allTexts = () => {
    texts ??= new Set(pool.flatMap(tokenTexts));
    return texts;
  };
  const withShape = (shape: Shape) => passing(shape.id, (request) => hasShape(request, shape));
  const grams = () => {
    index ??= createGramIndex(pool.length, (at) => tokenTexts(pool[at]!));
    return index;
  };

  return {
    size: pool.length,
    requests: pool,
    passing,
    withShape,
    withToken(token, most) {
      const owners = grams().ownersOf(token, most);
      if (owners === null) return null;
      const bits = new Bits(pool.length);
      for (const owner of owners) bits.add(owner);
      return bits;
    },
    hasText: (text) => allTexts().has(text),
    indexNow() {
      for (const shape of VOCABULARY) withShape(shape);
      grams();
      allTexts();
    },
  };
}
