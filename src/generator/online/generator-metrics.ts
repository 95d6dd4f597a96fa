/** What the generator counts; `src/telemetry/generator-metrics.ts` shows it. */
export interface GeneratorMetrics {
  /** `verdict`: `normal`, `suspicious` or `blocked`. */
  observed(verdict: string): void;
  /** How many requests the benign pool and the samples hold. */
  kept(pool: number, samples: number): void;
  /** How long a job took. */
  learned(seconds: number): void;
  /** `outcome`: what became of a proposal. */
  proposed(outcome: string): void;
  stepped(state: string): void;
  candidates(byState: Readonly<Record<string, number>>): void;
}
