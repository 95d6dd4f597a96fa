import type { InspectionRequest } from '../engine/verdict.ts';

/** A request that somebody recorded: in a file (JSONL, HAR, access log), or a node in its traffic. */
export interface RecordedRequest {
  /** Unique within its source; the request id when a node recorded it. */
  readonly id: string;
  readonly request: InspectionRequest;
  /** Milliseconds since the epoch. */
  readonly at?: number;
  readonly label?: 'attack' | 'benign';
  /** Kind of attack or of traffic, e.g. `sqli`, `browser`. */
  readonly category?: string;
  /** Who recorded it: the data set of a corpus, the node of a fleet. */
  readonly source?: string;
  /** Status of the answer, when it is known. */
  readonly status?: number;
  /** Targets that were left out on purpose or cut, e.g. `headers[cookie]`, `body.raw`. */
  readonly missing?: readonly string[];
}
