import type { CandidateDocument } from '../../fleet/shapes/candidate-document.ts';
import { timestamp } from './timestamp.ts';

/** A candidate in lists: what it is, what it did, and what was last done with it. */
export interface CandidateSummary {
  readonly id: string;
  readonly state: CandidateDocument['state'];
  /** What it blocks and why it is believed to be harmless, in one sentence. */
  readonly sentence: string;
  readonly confidence: number | null;
  readonly hits: CandidateHits;
  /** Why it is in this state. */
  readonly reason: string;
  readonly updated_at: string;
}

/** A candidate by itself: also its rule, its evidence and every step. */
export interface CandidateAnswer extends CandidateSummary {
  readonly rule: CandidateDocument['rule'];
  readonly evidence: CandidateDocument['evidence'];
  readonly history: readonly CandidateStepAnswer[];
}

export interface CandidateHits {
  readonly total: number;
  /** On requests that were suspicious without the rule. */
  readonly confirmed: number;
  /** Since its last step, on requests that look benign without the rule. */
  readonly benign: number;
  /** Requests that have gone by since its last step. */
  readonly requests: number;
}

interface CandidateStepAnswer {
  readonly at: string;
  readonly from: string | null;
  readonly to: string;
  readonly actor: string;
  readonly reason: string;
}

export function candidateSummary(document: CandidateDocument): CandidateSummary {
  const { id, state, sentence, evidence, history, updated_at, notes = {} } = document;
  const count = (name: string) => (Number.isFinite(notes[name]) ? Number(notes[name]) : 0);
  return {
    id,
    state,
    sentence,
    confidence: evidence.confidence ?? null,
    hits: {
      total: count('hits'),
      confirmed: count('confirmed'),
      benign: count('benignHits'),
      requests: Math.floor(count('requests')),
    },
    reason: history.at(-1)?.reason ?? '',
    updated_at: timestamp(updated_at),
  };
}

export function candidateAnswer(document: CandidateDocument): CandidateAnswer {
  const { rule, evidence, history } = document;
  const steps = history.map((step) => ({ ...step, at: timestamp(step.at) }));
  return { ...candidateSummary(document), rule, evidence, history: steps };
}
