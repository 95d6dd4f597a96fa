import type { Headline } from './headline.ts';
import { HeadlineCounter } from './headline.ts';
import { LogHistogram } from './log-histogram.ts';
import { type BlockRate, labelOf, RateCounter, RateTable } from './rate.ts';
import type { RecordedRequest } from './recorded-request.ts';
import type { Judgement, Replay } from './replay.ts';
import { RuleHitCounter, type RuleHits } from './rule-hits.ts';
import { type Sample, sampleOf } from './sample.ts';
import { type CategoryScores, type ScoreBucket, ScoreDistribution } from './score-distribution.ts';

/** Requests of one label and category, or of one label and source. */
export interface GroupRate extends BlockRate {
  readonly label: string;
  readonly name: string;
}

/** What an artifact made of a recording. */
export interface Evaluation {
  readonly overall: BlockRate;
  readonly actions: Readonly<Record<Judgement['action'], number>>;
  /** Requests that the module failed on or could not read. */
  readonly failed: number;
  readonly truncated: number;
  /** By label; `attack` is the detection rate (TPR), `benign` the false-positive rate (FPR). */
  readonly labels: Readonly<Record<string, BlockRate>>;
  readonly headline: Headline | null;
  readonly categories: readonly GroupRate[];
  readonly sources: readonly GroupRate[];
  readonly rules: readonly RuleHits[];
  readonly score: {
    readonly buckets: readonly ScoreBucket[];
    readonly categories: readonly CategoryScores[];
  };
  readonly steps: {
    readonly mean: number;
    readonly p50: number;
    readonly p99: number;
    readonly max: number;
  };
  readonly samples: {
    /** Requests that would be blocked and are not labelled as attacks. */
    readonly blocked: readonly Sample[];
    /** Attacks that would pass. */
    readonly missed: readonly Sample[];
  };
}

/** Adds up judgements, one request after the other, in memory that does not grow with their number. */
export class Tally {
  readonly #replay: Replay;
  readonly #maxSamples: number;
  readonly #overall = new RateCounter();
  readonly #labels = new RateTable();
  readonly #categories = new RateTable();
  readonly #sources = new RateTable();
  readonly #headline = new HeadlineCounter();
  readonly #rules = new RuleHitCounter();
  readonly #scores: ScoreDistribution;
  readonly #steps = new LogHistogram();
  readonly #actions = { allow: 0, block: 0, log: 0, ratelimit: 0 };
  readonly #samples = { blocked: [] as Sample[], missed: [] as Sample[] };
  #failed = 0;
  #truncated = 0;

  constructor(replay: Replay, maxSamples: number) {
    this.#replay = replay;
    this.#maxSamples = maxSamples;
    this.#scores = new ScoreDistribution(replay.scoring.thresholds);
  }

  add(recorded: RecordedRequest, judgement: Judgement): void {
    const { blocked, explanation } = judgement;
    const label = labelOf(recorded);
    this.#overall.add(blocked);
    this.#labels.add(label, blocked);
    if (recorded.category !== undefined)
      this.#categories.add(`${label} ${recorded.category}`, blocked);
    if (recorded.source !== undefined) this.#sources.add(`${label} ${recorded.source}`, blocked);
    this.#headline.add(recorded, blocked);
    this.#rules.add(label, judgement);
    this.#scores.add(label, explanation.score);
    this.#steps.add(explanation.steps);
    this.#actions[judgement.action]++;
    if (judgement.failed) this.#failed++;
    if (judgement.truncated) this.#truncated++;
    if (blocked !== (label === 'attack')) this.#keepSample(recorded, judgement);
  }

  #keepSample(recorded: RecordedRequest, judgement: Judgement): void {
    if (!judgement.blocked && recorded.label !== 'attack') return;
    const list = judgement.blocked ? this.#samples.blocked : this.#samples.missed;
    if (list.length < this.#maxSamples) list.push(sampleOf(this.#replay, recorded, judgement));
  }

  result(): Evaluation {
    const steps = this.#steps;
    return {
      overall: this.#overall.result(),
      actions: { ...this.#actions },
      failed: this.#failed,
      truncated: this.#truncated,
      labels: Object.fromEntries(this.#labels.entries()),
      headline: this.#headline.result(),
      categories: groups(this.#categories),
      sources: groups(this.#sources),
      rules: this.#rules.result(),
      score: { buckets: this.#scores.buckets, categories: this.#scores.categories },
      steps: {
        mean: Math.round(steps.mean),
        p50: steps.quantile(0.5),
        p99: steps.quantile(0.99),
        max: steps.max,
      },
      samples: this.#samples,
    };
  }
}

function groups(table: RateTable): GroupRate[] {
  return table.entries().map(([key, rate]) => {
    const space = key.indexOf(' ');
    return { label: key.slice(0, space), name: key.slice(space + 1), ...rate };
  });
}
