import type { RecordedRequest } from '../../evaluation/recorded-request.ts';
import type { Candidate, RuleDocument } from '../candidate.ts';
import type { PoolChange } from './benign-reservoir.ts';

export interface LearnJob {
  readonly samples: readonly RecordedRequest[];
  readonly existing: readonly RuleDocument[];
  readonly seed: number;
  readonly minSources: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface LearnedRules {
  readonly candidates: readonly Candidate[];
  /** Why what it thought of was not proposed, each in a few words. */
  readonly rejected: readonly string[];
  readonly uncovered: number;
}

/** To the thread: changes of the pool have no answer. */
export type LearnRequest =
  | { readonly kind: 'pool'; readonly changes: readonly PoolChange[] }
  | { readonly kind: 'learn'; readonly id: number; readonly job: LearnJob };

export type LearnAnswer = { readonly id: number } & (
  | { readonly result: LearnedRules }
  | { readonly error: string }
);
