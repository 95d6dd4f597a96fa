import { isName } from '../subjects.ts';
import {
  isAmount,
  isListOf,
  isMapOf,
  isObject,
  isOneOf,
  isOptional,
  isText,
  type Shape,
} from './shape.ts';

/** A document of this size is refused, whoever writes it. */
export const MAX_CANDIDATE_BYTES = 64 * 1024;
/** Steps of its life that a candidate document keeps; a writer drops the oldest. */
export const MAX_CANDIDATE_HISTORY = 100;

export type CandidateState =
  | 'shadow'
  | 'waiting'
  | 'enforced'
  | 'demoted'
  | 'rejected'
  | 'expired'
  | 'evicted';

/** One step of a candidate's life. */
export interface CandidateStep {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** null: it was made in this step. */
  readonly from: CandidateState | null;
  readonly to: CandidateState;
  /** `generator`, or the name of an API key. */
  readonly actor: string;
  readonly reason: string;
}

/** A candidate rule and its life so far: bucket `secbeat_candidates`, key = `id`. */
export interface CandidateDocument {
  readonly v: 1;
  /** 1 to 64 of A-Z a-z 0-9 _ - */
  readonly id: string;
  readonly state: CandidateState;
  /** The rule in its long form, as it goes through the rule door; its own checks come there. */
  readonly rule: Readonly<Record<string, unknown>>;
  /** One sentence for a person. */
  readonly sentence: string;
  /** What speaks for it, in numbers. */
  readonly evidence: Readonly<Record<string, number>>;
  /** Oldest first. */
  readonly history: readonly CandidateStep[];
  /** Milliseconds since the epoch. */
  readonly updated_at: number;
  /** The learner's private notes, e.g. counters of its trial; nobody else reads them. */
  readonly notes?: Readonly<Record<string, unknown>>;
}

const isState = isOneOf<CandidateState>(
  ...(['shadow', 'waiting', 'enforced', 'demoted', 'rejected', 'expired', 'evicted'] as const),
);
const isNumber = ((value: unknown) => Number.isFinite(value)) as Shape<number>;

export const isCandidateDocument = isObject<CandidateDocument>({
  v: isOneOf(1),
  id: (value) => typeof value === 'string' && isName(value),
  state: isState,
  rule: isObject({}),
  sentence: isText(2_048),
  evidence: isMapOf(isNumber, 64),
  history: isListOf(
    isObject({
      at: isAmount,
      from: (value) => value === null || isState(value),
      to: isState,
      actor: isText(128),
      reason: isText(1_024),
    }),
    MAX_CANDIDATE_HISTORY,
  ),
  updated_at: isAmount,
  notes: isOptional(isObject({})),
});
