import type { InspectionRequest } from '../../engine/verdict.ts';
import type { JudgeVerdict } from './proxy-deps.ts';

/** What is known of a request when its response is closed. Read it at once; it is not a copy. */
export interface FinishedExchange {
  /** The id that the client got as `X-Request-Id`. */
  readonly id: string;
  /** What was judged; null when the request was refused before. Its `now` is the time of the judgement. */
  readonly inspected: InspectionRequest | null;
  /** null when nothing was judged. */
  readonly verdict: JudgeVerdict | null;
  /** What was done is not what the verdict says: the request could not be judged. */
  readonly unavailable: boolean;
  /** Status that the client got; null when it got none. */
  readonly status: number | null;
}
