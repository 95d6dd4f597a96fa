/** Buckets kept at once; the one unused for longest gives way. About 150 bytes each. */
export const MAX_BUCKETS = 100_000;

interface Bucket {
  tokens: number;
  /** Milliseconds, the caller's clock. */
  filledAt: number;
}

export interface BucketSize {
  /** Tokens a full bucket holds. */
  readonly limit: number;
  /** Seconds in which an empty bucket fills. */
  readonly windowS: number;
}

/**
 * Token buckets that fill continuously: `limit` tokens per `windowS` seconds, at most `limit` at once.
 * Pure but for its own state; time is an argument.
 *
 * When the map is full, the least recently used bucket is forgotten, which gives its key a full bucket
 * back. An attacker who has that many keys was not held by a limit per key anyway.
 */
export class TokenBuckets {
  readonly #buckets = new Map<string, Bucket>();
  readonly #capacity: number;

  constructor(capacity: number = MAX_BUCKETS) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /**
   * Takes one token of `key`'s bucket. Returns 0 when there was one, else the seconds (> 0) until
   * there will be.
   */
  take(key: string, size: BucketSize, now: number): number {
    const bucket = this.#touch(key, size, now);
    const perMs = size.limit / (size.windowS * 1000);
    // A clock that was set back must not drain the bucket.
    const elapsed = Math.max(0, now - bucket.filledAt);
    bucket.tokens = Math.min(size.limit, bucket.tokens + elapsed * perMs);
    bucket.filledAt = now;
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return 0;
    }
    return perMs === 0 ? size.windowS : (1 - bucket.tokens) / perMs / 1000;
  }

  #touch(key: string, size: BucketSize, now: number): Bucket {
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      if (this.#buckets.size >= this.#capacity) {
        const oldest = this.#buckets.keys().next();
        if (!oldest.done) this.#buckets.delete(oldest.value);
      }
      bucket = { tokens: size.limit, filledAt: now };
    } else {
      this.#buckets.delete(key);
    }
    this.#buckets.set(key, bucket);
    return bucket;
  }
}
