/** What is counted about a candidate while it lives. Times in milliseconds since the epoch. */
export interface Trial {
  /** Digest of its condition and action, by which a rejected rule is known again. */
  readonly digest: string;
  /** Lifetime that its rule was given last. */
  readonly ttlSeconds: number;
  readonly expiresAt: number;
  /** When it came into its present state. */
  readonly since: number;
  /** Requests that went by since then, weighted by what each observation stands for. */
  readonly requests: number;
  /** Hits since then on requests that look benign without this rule. */
  readonly benignHits: number;
  /** Hits in all, and those of them on requests that were suspicious without this rule. */
  readonly hits: number;
  readonly confirmed: number;
  /** Confirmed hits since the lifetime was extended; and those of them that no other rule had. */
  readonly earned: number;
  readonly sole: number;
  /** Addresses with a good name that it hit; at most 8. */
  readonly goodSources: readonly string[];
  /** Requests that a person called false positives; at most 8. */
  readonly falsePositives: readonly string[];
  /** Hits of each of the last minutes, and those on requests that look benign; the last entry is now. */
  readonly minutes: readonly MinuteHits[];
  /** Observations up to this time are counted already. */
  readonly countedUntil: number;
}

export interface MinuteHits {
  readonly minute: number;
  readonly hits: number;
  readonly benign: number;
}

export function newTrial(digest: string, ttlSeconds: number, now: number): Trial {
  return {
    digest,
    ttlSeconds,
    expiresAt: now + ttlSeconds * 1_000,
    since: now,
    requests: 0,
    benignHits: 0,
    hits: 0,
    confirmed: 0,
    earned: 0,
    sole: 0,
    goodSources: [],
    falsePositives: [],
    minutes: [],
    countedUntil: 0,
  };
}

/** A trial out of notes that may hold anything: what is not of the right form begins anew. */
export function readTrial(notes: Readonly<Record<string, unknown>>, now: number): Trial {
  const fresh = newTrial('', 3_600, now);
  const read = Object.entries(fresh).map(([key, initial]) => {
    const value = notes[key];
    return [key, isLike(value, initial) ? value : initial];
  });
  return Object.fromEntries(read) as Trial;
}

function isLike(value: unknown, initial: unknown): boolean {
  if (Array.isArray(initial)) return Array.isArray(value) && value.length <= 64;
  if (typeof initial === 'number') return Number.isFinite(value) && Number(value) >= 0;
  return typeof value === typeof initial;
}
