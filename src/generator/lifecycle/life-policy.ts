/** What a candidate must show; from the settings `[generator]` and `[ml.dynamic_rules]`. */
export interface LifePolicy {
  /** false: every candidate waits for a person. */
  readonly promote: boolean;
  readonly minConfidence: number;
  /** Distinct client addresses among the samples. */
  readonly minSources: number;
  /** Benign requests, of the pool and gone by in shadow mode together, without one hit. */
  readonly minBenignRequests: number;
  readonly shadowMs: number;
  /** Requests that went by in shadow mode. */
  readonly shadowRequests: number;
  readonly ttlSeconds: number;
  readonly maxTtlSeconds: number;
  /** Candidates that have a rule, at a time. */
  readonly maxRules: number;
  /** Addresses with a good name that a rule may hit before it is demoted. */
  readonly maxGoodSources: number;
}
