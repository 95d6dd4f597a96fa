import { hashText } from './count-min-sketch.ts';
import { type Observation, sourceOf, timeOf, wasServed } from './observation.ts';
import { RecentMap } from './recent-map.ts';

/** What one client address did lately; counts halve every ten minutes. */
export interface SourceSummary {
  /** Observed requests, weighted by what each stands for. */
  readonly requests: number;
  /** Share of them that were answered with an error or refused. */
  readonly errorRatio: number;
  /** Different URIs, estimated, up to about 250. */
  readonly uris: number;
  /** Observations that were served and not suspicious, not halved: what its good name rests on. */
  readonly good: number;
  readonly suspicious: number;
}

interface Source {
  at: number;
  requests: number;
  errors: number;
  good: number;
  suspicious: number;
  /** One bit for each hash of an URI (linear counting). */
  readonly seen: Uint32Array;
}

const HALF_LIFE_MS = 600_000;
const BITS = 256;
const NOBODY: SourceSummary = { requests: 0, errorRatio: 0, uris: 0, good: 0, suspicious: 0 };

/** The behaviour of the client addresses seen last, in bounded memory (about 200 bytes each). */
export class SourceBehaviour {
  readonly #sources: RecentMap<string, Source>;

  constructor(capacity = 20_000) {
    this.#sources = new RecentMap(capacity);
  }

  get size(): number {
    return this.#sources.size;
  }

  /** Before the request itself is counted. */
  summary(address: string): SourceSummary {
    const source = this.#sources.peek(address);
    if (source === undefined) return NOBODY;
    const { requests, errors, good, suspicious } = source;
    return {
      requests,
      errorRatio: requests === 0 ? 0 : errors / requests,
      uris: distinct(source.seen),
      good,
      suspicious,
    };
  }

  count(observation: Observation, suspicious: boolean): void {
    const at = timeOf(observation);
    const source = this.#sources.getOrMake(sourceOf(observation), () => newSource(at));
    fade(source, at);
    source.requests += observation.weight;
    if (!wasServed(observation)) source.errors += observation.weight;
    if (suspicious) source.suspicious += 1;
    else if (wasServed(observation)) source.good += 1;
    const bit = hashText(observation.recorded.request.uri) % BITS;
    source.seen[bit >>> 5]! |= 1 << (bit & 31);
  }
}

function newSource(at: number): Source {
  const counts = { requests: 0, errors: 0, good: 0, suspicious: 0 };
  return { at, ...counts, seen: new Uint32Array(BITS / 32) };
}

function fade(source: Source, at: number): void {
  const halvings = Math.floor((at - source.at) / HALF_LIFE_MS);
  if (halvings <= 0) return;
  source.at += halvings * HALF_LIFE_MS;
  source.requests /= 2 ** halvings;
  source.errors /= 2 ** halvings;
  source.seen.fill(0);
}

/** Linear counting: -m ln(share of bits that are still 0). */
function distinct(seen: Uint32Array): number {
  let ones = 0;
  for (const word of seen) for (let rest = word; rest !== 0; rest &= rest - 1) ones += 1;
  return ones === BITS ? BITS : Math.round(-BITS * Math.log(1 - ones / BITS));
}
