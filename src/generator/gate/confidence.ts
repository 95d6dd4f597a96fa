/** One-sided: this share of intervals of the kind hold what they claim. */
const LEVEL = 0.95;
/** Benign requests for every attack that a rule has to live with. */
const BENIGN_PER_ATTACK = 100;
/** A form that is not found in benign text anyway counts as so many pools more. */
const PRIOR_POOLS = 4;
/** Words that samples share may be those of a page that an attacker made popular: a person decides. */
const WORDS_TRUST = 0.75;

/** Clopper-Pearson: the upper end of the interval of a rate of which `hits` of `trials` were seen. */
export function upperRate(hits: number, trials: number): number {
  if (trials === 0 || hits >= trials) return 1;
  return bisect((rate) => binomialTail(hits, trials, rate) > 1 - LEVEL);
}

/** The lower end. */
export function lowerRate(hits: number, trials: number): number {
  return hits === 0 ? 0 : 1 - upperRate(trials - hits, trials);
}

export interface Observed {
  readonly samples: number;
  readonly covered: number;
  readonly benignHits: number;
  readonly poolSize: number;
  /** Of the weakest alternative, 0..1. */
  readonly rarity: number;
  readonly sources: number;
  readonly minSources: number;
}

/**
 * Lower bound of the precision: of the requests that the rule matches, the share that are attacks.
 *
 *   r = lower bound of the share of attacks that it matches (covered of samples)
 *   f = upper bound of the share of benign requests that it matches (hits of pool, and of the prior)
 *   confidence = r / (r + 100 f) · min(1, (1 + sources) / (1 + minSources)) · (plain words? 3/4 : 1)
 */
export function ruleConfidence(seen: Observed): number {
  const recall = lowerRate(seen.covered, seen.samples);
  const trials = Math.round(seen.poolSize * (1 + PRIOR_POOLS * seen.rarity));
  const falsePositives = upperRate(seen.benignHits, trials);
  const precision = recall / (recall + BENIGN_PER_ATTACK * falsePositives);
  const dispersion = Math.min(1, (1 + seen.sources) / (1 + seen.minSources));
  const trust = seen.rarity === 0 ? WORDS_TRUST : 1;
  return Math.floor(precision * dispersion * trust * 1000) / 1000;
}

/** P(X ≤ hits) of a binomial distribution. */
function binomialTail(hits: number, trials: number, rate: number): number {
  if (rate <= 0) return 1;
  if (rate >= 1) return 0;
  let logTerm = trials * Math.log1p(-rate);
  let sum = Math.exp(logTerm);
  for (let k = 1; k <= hits; k++) {
    logTerm += Math.log((trials - k + 1) / k) + Math.log(rate) - Math.log1p(-rate);
    sum += Math.exp(logTerm);
  }
  return Math.min(1, sum);
}

/** The number in 0..1 up to which `holds` is true. */
function bisect(holds: (value: number) => boolean): number {
  let [low, high] = [0, 1];
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return high;
}
