/** A histogram as plain numbers: `counts[i]` values were ≤ `bounds[i]` and above the bound before. */
export interface HistogramTotals {
  readonly bounds: readonly number[];
  /** One more than bounds: the last is everything above. Not cumulative. */
  readonly counts: readonly number[];
  readonly sum: number;
}

/** Counts values into fixed buckets; costs one short scan per value and allocates nothing. */
export class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    let bucket = 0;
    while (bucket < this.#bounds.length && value > this.#bounds[bucket]!) bucket++;
    this.#counts[bucket]!++;
    this.#sum += value;
  }

  totals(): HistogramTotals {
    return { bounds: this.#bounds, counts: [...this.#counts], sum: this.#sum };
  }
}

export function emptyHistogram(bounds: readonly number[]): HistogramTotals {
  return new Histogram(bounds).totals();
}

/** The sum of two histograms over the same bounds. */
export function mergeHistograms(a: HistogramTotals, b: HistogramTotals): HistogramTotals {
  return {
    bounds: a.bounds,
    counts: a.counts.map((count, bucket) => count + (b.counts[bucket] ?? 0)),
    sum: a.sum + b.sum,
  };
}
