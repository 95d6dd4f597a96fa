/** A full series is put in order anew after so many values: quantiles need not be newer. */
const STALE_AFTER = 16;

/** The last numbers of a series, for medians that one value cannot move. */
export class RecentNumbers {
  readonly #values: Float64Array;
  #next = 0;
  #size = 0;
  #ordered: Float64Array | null = null;
  #news = 0;

  constructor(capacity: number) {
    this.#values = new Float64Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  add(value: number): void {
    this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % this.#values.length;
    const isFull = this.#size === this.#values.length;
    if (!isFull) this.#size += 1;
    this.#news += 1;
    if (isFull && this.#news < STALE_AFTER) return;
    this.#ordered = null;
    this.#news = 0;
  }

  /** `share`: 0.5 is the median. 0 without values. */
  quantile(share: number): number {
    if (this.#size === 0) return 0;
    this.#ordered ??= this.#values.slice(0, this.#size).sort();
    return this.#ordered[Math.min(this.#size - 1, Math.floor(share * this.#size))]!;
  }

  /**
   * How far a value lies above the median, in units of the spread between median and the 95th percentile,
   * which is taken to be at least `least`.
   */
  excess(value: number, least: number): number {
    const median = this.quantile(0.5);
    return (value - median) / Math.max(this.quantile(0.95) - median, least);
  }
}
