import type { RuleDocument } from '../candidate.ts';
import type { CandidateDocument } from './candidate-record.ts';

export interface VersionedCandidate {
  readonly value: CandidateDocument;
  /** Only for `put` and `delete`. */
  readonly version: number;
}

/** Where candidates are kept; `put` and `delete` are compare-and-set. */
export interface CandidateStore {
  get(id: string): Promise<VersionedCandidate | undefined>;
  /** `expected` 0: it must not exist yet. */
  put(document: CandidateDocument, expected: number): Promise<number | 'conflict'>;
  list(): Promise<readonly VersionedCandidate[]>;
  delete(id: string, expected: number): Promise<boolean>;
}

/** A rule as the rule book lists it. */
export interface BookRule {
  readonly id: string;
  readonly state: 'active' | 'pending' | 'held' | 'expired' | 'off';
  readonly mode: 'enforce' | 'shadow' | 'off';
  readonly reason?: string;
  readonly actor: string;
  /** Milliseconds since the epoch; null: never. */
  readonly expiresAt: number | null;
}

export type DoorAnswer =
  | { readonly ok: true; readonly pending: boolean }
  /** `status`: of HTTP; 0 when nobody answered. */
  | { readonly ok: false; readonly status: number; readonly reason: string };

/** The door through which rules enter, everybody's: the HTTP API of the orchestrator. Never rejects but `list`. */
export interface RuleDoor {
  list(): Promise<readonly BookRule[]>;
  add(rule: RuleDocument): Promise<DoorAnswer>;
  replace(rule: RuleDocument): Promise<DoorAnswer>;
  remove(id: string): Promise<DoorAnswer>;
}
