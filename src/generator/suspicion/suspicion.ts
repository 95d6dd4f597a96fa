import { seededRandom } from '../learn/seeded-random.ts';
import { IsolationForest } from './isolation-forest.ts';
import { NormalTraffic, type NormalTrafficOptions, type RequestOddity } from './normal-traffic.ts';
import { type Observation, sourceOf, wasServed } from './observation.ts';
import { ramp } from './parameter-model.ts';
import { requestFeatures } from './request-features.ts';
import type { ScorerOpinion } from './scorer.ts';
import { SourceBehaviour, type SourceSummary } from './source-behaviour.ts';

export interface SuspicionOptions {
  readonly seed: number;
  /** Score from which a request is suspicious, 0..1. */
  readonly threshold: number;
  /** Requests that are learned from before the models are believed. */
  readonly warmUpRequests: number;
  readonly normal?: NormalTrafficOptions;
  readonly maxSources?: number;
}

/** One thing that speaks against a request, `strength` 0..1. */
export interface SuspicionReason {
  readonly reason: string;
  readonly strength: number;
}

export interface Suspicion {
  /** 0: as ever; 1: certainly not. */
  readonly score: number;
  readonly suspicious: boolean;
  /** The strongest first. */
  readonly reasons: readonly SuspicionReason[];
  /** What was known of the client address before. */
  readonly source: SourceSummary;
  readonly oddity: RequestOddity;
}

/**
 * What surrounds a request never makes it suspicious by itself: an attacker can give it to requests that are
 * like those of honest clients, of tomorrow's pages for example, to have a rule made against them.
 */
const MOST_BY_CONTEXT = 0.6;
const RESERVOIR = 2_048;
const REFIT_AFTER = 2_048;

/**
 * Finds the requests that do not look like the traffic of this site. Pure but for what it remembers, all of
 * it bounded; the clock is the time of the observations. Only requests that are not suspicious, were served
 * and do not come from a source that has had its share are learned from.
 */
export class SuspicionDetector {
  readonly #options: SuspicionOptions;
  readonly #normal: NormalTraffic;
  readonly #sources: SourceBehaviour;
  readonly #reservoir: Float64Array[] = [];
  readonly #random: () => number;
  #forest: IsolationForest | null = null;
  #sinceFit = 0;
  #offered = 0;

  constructor(options: SuspicionOptions) {
    this.#options = options;
    this.#normal = new NormalTraffic(options.normal);
    this.#sources = new SourceBehaviour(options.maxSources);
    this.#random = seededRandom(options.seed);
  }

  get learned(): number {
    return this.#normal.learned;
  }

  get warm(): boolean {
    return this.#normal.learned >= this.#options.warmUpRequests;
  }

  get sizes() {
    return {
      ...this.#normal.sizes,
      behaviours: this.#sources.size,
      reservoir: this.#reservoir.length,
    };
  }

  /** Judges a request, and changes nothing. */
  judge(observation: Observation, opinions: readonly ScorerOpinion[] = []): Suspicion {
    const source = this.#sources.summary(sourceOf(observation));
    const oddity = this.#normal.judge(observation);
    const said = opinions.map(({ name, score }) => ({ reason: `scorer ${name}`, strength: score }));
    const content = [
      ...feeders(observation),
      ...said,
      ...(this.warm ? contentReasons(oddity) : []),
    ];
    const context = this.warm
      ? [
          ...contextReasons(oddity),
          ...sourceReasons(source),
          ...this.#forestReasons(observation, oddity, source),
        ]
      : [];
    const score = together([together(content), MOST_BY_CONTEXT * together(context)]);
    return {
      score,
      suspicious: score >= this.#options.threshold,
      reasons: [...content, ...context]
        .filter(({ strength }) => strength > 0.01)
        .sort((a, b) => b.strength - a.strength),
      source,
      oddity,
    };
  }

  /**
   * Takes note of a request that was judged; returns whether it became part of what is normal. `trusted`: a
   * person said that it is benign.
   */
  note(observation: Observation, judged: Suspicion, trusted = false): boolean {
    const { suspicious, oddity, source } = judged;
    this.#sources.count(observation, suspicious && !trusted);
    if (!trusted && (suspicious || !wasServed(observation))) return false;
    if (!this.#normal.learn(observation)) return false;
    this.#offer(requestFeatures(observation, oddity, source));
    return true;
  }

  #forestReasons(observation: Observation, oddity: RequestOddity, source: SourceSummary) {
    if (this.#forest === null) return [];
    const score = this.#forest.score(requestFeatures(observation, oddity, source));
    return [{ reason: 'unlike all other requests', strength: 0.5 * ramp(score, 0.6, 0.75) }];
  }

  /** Reservoir sampling, so that the forest stands for all that was normal. */
  #offer(point: Float64Array): void {
    this.#offered += 1;
    if (this.#reservoir.length < RESERVOIR) this.#reservoir.push(point);
    else {
      const place = Math.floor(this.#random() * this.#offered);
      if (place < RESERVOIR) this.#reservoir[place] = point;
    }
    this.#sinceFit += 1;
    const first = this.#forest === null && this.#reservoir.length >= 512;
    if (!first && this.#sinceFit < REFIT_AFTER) return;
    this.#sinceFit = 0;
    this.#forest = IsolationForest.fit(this.#reservoir, { seed: this.#options.seed });
  }
}

/** What others found out about the request. */
function feeders({ why, action, shadowRules, score }: Observation): SuspicionReason[] {
  const total = Object.values(score).reduce((sum, each) => sum + each, 0);
  return [
    { reason: 'asked for a honeypot path', strength: why === 'honeypot' ? 0.95 : 0 },
    { reason: 'an enforced rule refused it', strength: action === 'block' ? 0.9 : 0 },
    {
      reason: `rules in shadow mode match: ${shadowRules.slice(0, 3).join(', ')}`,
      strength: shadowRules.length > 0 ? 0.8 : 0,
    },
    { reason: 'rules gave it a score', strength: 0.5 * ramp(total, 0, 5) },
  ];
}

function contextReasons({
  unknownNames,
  unknownRoute,
  unfamiliar,
}: RequestOddity): SuspicionReason[] {
  return [
    { reason: 'a route that nobody asks for', strength: unknownRoute ? 0.25 : 0 },
    {
      reason: `parameters that the route never has: ${unknownNames.slice(0, 3).join(', ')}`,
      strength: unknownNames.length === 0 ? 0 : 0.35,
    },
    { reason: 'its path or a new parameter reads like nothing before', strength: 0.5 * unfamiliar },
  ];
}

function contentReasons({ value }: RequestOddity): SuspicionReason[] {
  if (value === null) return [];
  const { where, newClasses } = value;
  return [
    { reason: `${where} is longer than ever`, strength: 0.5 * value.length },
    { reason: `${where} reads like no value before`, strength: 0.7 * value.surprise },
    { reason: `${where} has ${newClasses.join(', ')}`, strength: 0.75 * value.classes },
  ];
}

function sourceReasons({
  requests,
  errorRatio,
  uris,
  suspicious,
}: SourceSummary): SuspicionReason[] {
  const errors = requests < 5 ? 0 : ramp(errorRatio, 0.3, 0.9);
  return [
    { reason: 'its source gets many errors', strength: 0.3 * errors },
    { reason: 'its source asks for very many URIs', strength: 0.2 * ramp(uris, 60, 250) },
    { reason: 'its source was suspicious before', strength: 0.3 * ramp(suspicious, 1, 5) },
  ];
}

/** Noisy or: what remains when each takes its share of what the others left. */
function together(parts: readonly (SuspicionReason | number)[]): number {
  const strengthOf = (part: SuspicionReason | number) =>
    typeof part === 'number' ? part : part.strength;
  return 1 - parts.reduce<number>((rest, part) => rest * (1 - strengthOf(part)), 1);
}
