import type { Label } from './rate.ts';

/** Requests whose highest score of any one category is at least `from` and below the next bucket. */
export interface ScoreBucket {
  readonly from: number;
  readonly attack: number;
  readonly benign: number;
  readonly unlabelled: number;
}

/** What requests scored in one category. */
export interface CategoryScores {
  readonly category: string;
  readonly threshold: number | null;
  /** Requests with points in it, and those at or over the threshold. */
  readonly scored: number;
  readonly over: number;
  readonly max: number;
}

const BOUNDS = [0, 1, 3, 5, 8, 10, 15, 20, 30, 50, 100] as const;

type Counts<T> = { -readonly [K in keyof T]: T[K] };

export class ScoreDistribution {
  readonly #thresholds: Readonly<Record<string, number>>;
  readonly #buckets = BOUNDS.map((from) => ({ from, attack: 0, benign: 0, unlabelled: 0 }));
  readonly #categories = new Map<string, Counts<CategoryScores>>();

  constructor(thresholds: Readonly<Record<string, number>>) {
    this.#thresholds = thresholds;
  }

  add(label: Label, score: Readonly<Record<string, number>>): void {
    let highest = 0;
    for (const [category, points] of Object.entries(score)) {
      if (points > highest) highest = points;
      if (points > 0) this.#addTo(category, points);
    }
    const bucket = this.#buckets.findLast(({ from }) => highest >= from);
    if (bucket !== undefined) bucket[label]++;
  }

  get buckets(): ScoreBucket[] {
    return this.#buckets.map((bucket) => ({ ...bucket }));
  }

  get categories(): CategoryScores[] {
    return [...this.#categories.values()].sort((a, b) => b.scored - a.scored);
  }

  #addTo(category: string, points: number): void {
    const threshold = this.#thresholds[category] ?? null;
    let scores = this.#categories.get(category);
    if (scores === undefined) {
      scores = { category, threshold, scored: 0, over: 0, max: 0 };
      this.#categories.set(category, scores);
    }
    scores.scored++;
    if (threshold !== null && points >= threshold) scores.over++;
    if (points > scores.max) scores.max = points;
  }
}
