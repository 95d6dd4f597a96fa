import type { Match } from '../engine/verdict.ts';
import { type BlockReason, blockReason } from './block-reason.ts';
import type { RecordedRequest } from './recorded-request.ts';
import type { Judgement, Replay } from './replay.ts';

/** One request of a report, with what is to be said about it. */
export interface Sample {
  readonly id: string;
  readonly label?: 'attack' | 'benign';
  readonly category?: string;
  readonly source?: string;
  readonly method: string;
  /** Cut after 200 characters. */
  readonly uri: string;
  readonly score: Readonly<Record<string, number>>;
  /** Why it would be blocked; null when it would not. */
  readonly reason: BlockReason | null;
  /** Matches in enforcement; those of the rules to blame only, when there is somebody to blame. */
  readonly matches: readonly Match[];
}

const MAX_URI = 200;

export function sampleOf(replay: Replay, recorded: RecordedRequest, judgement: Judgement): Sample {
  const { id, label, category, source, request } = recorded;
  const { matches, score } = judgement.explanation;
  const reason = judgement.blocked ? blockReason(replay, judgement) : null;
  const blamed = new Set(reason?.rules ?? []);
  return {
    id,
    ...(label === undefined ? {} : { label }),
    ...(category === undefined ? {} : { category }),
    ...(source === undefined ? {} : { source }),
    method: request.method,
    uri: request.uri.slice(0, MAX_URI),
    score,
    reason,
    matches: matches.filter(
      ({ rule, shadow }) => !shadow && (blamed.size === 0 || blamed.has(rule)),
    ),
  };
}
