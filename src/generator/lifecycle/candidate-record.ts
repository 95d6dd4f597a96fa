import type { Candidate, RuleDocument } from '../candidate.ts';
import { readTrial, type Trial } from './trial.ts';

/**
 *   proposed → shadow ─────────────→ enforced ──→ expired
 *                │  ↘ waiting ──────↗   │
 *                │    (for a person)    ↓
 *                └──→ expired        demoted (shadow again, waits for a person)
 *   from every state: → rejected (by a person), → evicted (others are worth more)
 */
export type CandidateState =
  | 'shadow'
  | 'waiting'
  | 'enforced'
  | 'demoted'
  | 'rejected'
  | 'expired'
  | 'evicted';

/** One step of a life. */
export interface Step {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** null: it was made in this step. */
  readonly from: CandidateState | null;
  readonly to: CandidateState;
  /** `generator`, or who did it. */
  readonly actor: string;
  readonly reason: string;
}

/** A candidate as it is kept; `trial` is what the generator counts about it. */
export interface CandidateRecord {
  readonly id: string;
  readonly state: CandidateState;
  readonly rule: RuleDocument;
  readonly sentence: string;
  readonly evidence: Readonly<Record<string, number>>;
  readonly history: readonly Step[];
  readonly updatedAt: number;
  readonly trial: Trial;
}

/** The document that the store keeps; anything may be in `notes`. */
export interface CandidateDocument {
  readonly v: 1;
  readonly id: string;
  readonly state: CandidateState;
  readonly rule: Readonly<Record<string, unknown>>;
  readonly sentence: string;
  readonly evidence: Readonly<Record<string, number>>;
  readonly history: readonly Step[];
  readonly updated_at: number;
  readonly notes?: Readonly<Record<string, unknown>>;
}

/** A new document this long leaves no room for its history: the store takes 64 KiB. */
const MAX_NEW_BYTES = 32 * 1024;
const MAX_HISTORY = 100;
const MAX_REASON = 500;
const LIVE: readonly CandidateState[] = ['shadow', 'waiting', 'enforced', 'demoted'];

/** Whether it has a rule in the rule book. */
export function isLive({ state }: { readonly state: CandidateState }): boolean {
  return LIVE.includes(state);
}

export function newRecord({ rule, sentence, evidence }: Candidate, trial: Trial, now: number) {
  const record: CandidateRecord = {
    id: rule.id,
    state: 'shadow',
    rule,
    sentence: sentence.slice(0, 2_000),
    evidence: { ...evidence },
    history: [],
    updatedAt: now,
    trial,
  };
  return record;
}

export interface StepTo {
  readonly to: CandidateState;
  readonly reason: string;
  readonly actor: string;
  readonly now: number;
}

/** The record after a step; counting begins anew when the state is another one. The oldest steps are dropped. */
export function takeStep(record: CandidateRecord, { to, reason, actor, now }: StepTo) {
  const from = record.history.length === 0 ? null : record.state;
  const step: Step = { at: now, from, to, actor, reason: reason.slice(0, MAX_REASON) };
  const { trial } = record;
  const next: CandidateRecord = {
    ...record,
    state: to,
    history: [...record.history, step].slice(-MAX_HISTORY),
    updatedAt: now,
    trial: to === record.state ? trial : begunAnew(trial, now),
  };
  return next;
}

function begunAnew(trial: Trial, now: number): Trial {
  return { ...trial, since: now, requests: 0, benignHits: 0, falsePositives: [], goodSources: [] };
}

export function toDocument(record: CandidateRecord): CandidateDocument {
  const { id, state, rule, sentence, evidence, history, updatedAt, trial } = record;
  const notes = { ...trial };
  return { v: 1, id, state, rule, sentence, evidence, history, updated_at: updatedAt, notes };
}

/** Whether the store takes the document, now and with a long history. */
export function fitsStore(record: CandidateRecord): boolean {
  return Buffer.byteLength(JSON.stringify(toDocument(record))) <= MAX_NEW_BYTES;
}

export function fromDocument(document: CandidateDocument): CandidateRecord {
  const { id, state, sentence, evidence, history, updated_at: updatedAt } = document;
  const rule = { ...document.rule, id };
  const kept = readTrial(document.notes ?? {}, updatedAt);
  const last = history.at(-1);
  // A step that a person took: whoever wrote it knows nothing of the counts.
  const isNews = last !== undefined && last.from !== last.to && last.at > kept.since;
  const trial = isNews ? begunAnew(kept, last.at) : kept;
  return { id, state, rule, sentence, evidence, history, updatedAt, trial };
}
