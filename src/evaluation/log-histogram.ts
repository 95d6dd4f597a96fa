const PER_OCTAVE = 64;

/**
 * Counts of non-negative whole numbers of any size in bounded memory. Numbers below 64 are exact, larger
 * ones within 1/64.
 */
export class LogHistogram {
  readonly #counts: number[] = [];
  #count = 0;
  #sum = 0;
  #max = 0;

  add(value: number): void {
    const bucket = bucketOf(value);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#count++;
    this.#sum += value;
    if (value > this.#max) this.#max = value;
  }

  /** 0 when nothing was added. */
  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count;
  }

  get max(): number {
    return this.#max;
  }

  /** The least number that is not below `share` (0..1) of all; the upper end of its bucket. */
  quantile(share: number): number {
    let left = Math.ceil(this.#count * share);
    for (let bucket = 0; bucket < this.#counts.length; bucket++) {
      left -= this.#counts[bucket] ?? 0;
      if (left <= 0) return Math.min(this.#max, upperEnd(bucket));
    }
    return this.#max;
  }
}

function bucketOf(value: number): number {
  if (value < PER_OCTAVE) return Math.floor(value);
  const octave = Math.floor(Math.log2(value)) - 6;
  return PER_OCTAVE * (octave + 1) + (Math.floor(value / 2 ** octave) - PER_OCTAVE);
}

function upperEnd(bucket: number): number {
  if (bucket < PER_OCTAVE) return bucket;
  const octave = Math.floor(bucket / PER_OCTAVE) - 1;
  return ((bucket % PER_OCTAVE) + PER_OCTAVE + 1) * 2 ** octave - 1;
}
