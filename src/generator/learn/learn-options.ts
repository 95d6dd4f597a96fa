import type { Candidate, RuleDocument } from '../candidate.ts';
import type { Shape } from '../shapes/shape.ts';
import type { BenignPool } from './benign-pool.ts';

export interface LearnOptions {
  readonly pool: BenignPool;
  /** The same samples, pool and seed give the same rules. */
  readonly seed: number;
  /** Rules that are active already: samples that they match are left out. */
  readonly existing?: readonly RuleDocument[];
  /** Most rules that may come out; default 5. */
  readonly maxRules?: number;
  /** Beginning of the ids of the rules; default `learned`. */
  readonly namePrefix?: string;
  /** Milliseconds since the epoch, for `created_at`; absent: the rules do not say. */
  readonly now?: number;
  /** The operators `is_sqli` and `is_xss` may be part of a rule; default true. */
  readonly detectors?: boolean;
  /** What is known of attacks beforehand; default: the whole vocabulary. */
  readonly vocabulary?: readonly Shape[];
  /** Distinct client addresses below which confidence is reduced; default 3. */
  readonly minSources?: number;
}

/** Something the learner thought of and did not propose. */
export interface Rejection {
  readonly what: string;
  readonly reason: 'benign-hits' | 'refused' | 'few-samples' | 'covered-already' | 'too-many-rules';
  readonly detail: string;
}

export interface LearnResult {
  readonly candidates: readonly Candidate[];
  readonly rejected: readonly Rejection[];
  /** Ids of the samples that no candidate and no existing rule matches. */
  readonly uncovered: readonly string[];
}

/** Samples that must agree before anything is learned from them. */
export const MIN_SUPPORT = 3;
