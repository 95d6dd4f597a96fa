import { type Comparison, ComparisonTally } from './comparison.ts';
import type { RecordedRequest } from './recorded-request.ts';
import type { Judgement, Replay } from './replay.ts';
import { type Evaluation, Tally } from './tally.ts';

export interface EvaluateOptions {
  readonly replay: Replay;
  /** Judges the same requests, so that the two can be compared. */
  readonly baseline?: Replay;
  /** Samples of each kind that are kept; default 10. */
  readonly samples?: number;
  /** Stop after so many requests. */
  readonly limit?: number;
  /** Called for every request; a promise is waited for. */
  readonly onVerdict?: (
    recorded: RecordedRequest,
    judgement: Judgement,
  ) => Promise<void> | undefined;
}

export interface EvaluationResult {
  readonly evaluation: Evaluation;
  /** Null without a baseline. */
  readonly comparison: Comparison | null;
}

/** Puts requests to an artifact, in order, and adds up what it says. Memory does not grow with them. */
export async function evaluate(
  requests: AsyncIterable<RecordedRequest> | Iterable<RecordedRequest>,
  options: EvaluateOptions,
): Promise<EvaluationResult> {
  const { replay, baseline, samples = 10, limit = Number.POSITIVE_INFINITY, onVerdict } = options;
  const tally = new Tally(replay, samples);
  const changes = baseline === undefined ? null : new ComparisonTally(replay, baseline, samples);
  let left = limit;
  if (left > 0) {
    for await (const recorded of requests) {
      const judgement = replay.judge(recorded.request);
      tally.add(recorded, judgement);
      if (baseline !== undefined)
        changes?.add(recorded, judgement, baseline.judge(recorded.request));
      const written = onVerdict?.(recorded, judgement);
      if (written !== undefined) await written;
      if (--left <= 0) break;
    }
  }
  return { evaluation: tally.result(), comparison: changes?.result() ?? null };
}

/** Only what changes when `replay` takes the place of `baseline`. */
export async function compare(
  requests: AsyncIterable<RecordedRequest> | Iterable<RecordedRequest>,
  options: { readonly replay: Replay; readonly baseline: Replay; readonly samples?: number },
): Promise<Comparison> {
  const { replay, baseline, samples = 10 } = options;
  const changes = new ComparisonTally(replay, baseline, samples);
  for await (const recorded of requests) {
    changes.add(recorded, replay.judge(recorded.request), baseline.judge(recorded.request));
  }
  return changes.result();
}
