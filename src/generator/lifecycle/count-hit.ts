import type { MinuteHits, Trial } from './trial.ts';

/** One request that the rule of a candidate matched. */
export interface Hit {
  readonly at: number;
  readonly source: string;
  /** The request was suspicious without this rule, or a person called it an attack. */
  readonly confirmed: boolean;
  /** No other rule matched it. */
  readonly sole: boolean;
  /** Its source has sent many benign requests before and no suspicious one. */
  readonly goodSource: boolean;
}

export const MINUTES_KEPT = 31;
const SOURCES_KEPT = 8;

export function countHit(trial: Trial, hit: Hit): Trial {
  const { confirmed } = hit;
  const one = confirmed ? 1 : 0;
  return {
    ...trial,
    hits: trial.hits + 1,
    confirmed: trial.confirmed + one,
    benignHits: trial.benignHits + (1 - one),
    earned: trial.earned + one,
    sole: trial.sole + (confirmed && hit.sole ? 1 : 0),
    goodSources: hit.goodSource ? withOne(trial.goodSources, hit.source) : trial.goodSources,
    minutes: countMinute(trial.minutes, hit.at, 1 - one),
  };
}

export function countFalsePositive(trial: Trial, requestId: string): Trial {
  return { ...trial, falsePositives: withOne(trial.falsePositives, requestId) };
}

function withOne(list: readonly string[], value: string): readonly string[] {
  return list.includes(value) || list.length >= SOURCES_KEPT ? list : [...list, value];
}

function countMinute(
  minutes: readonly MinuteHits[],
  at: number,
  benign: number,
): readonly MinuteHits[] {
  const minute = Math.floor(at / 60_000);
  const last = minutes.at(-1);
  // What comes late counts for the latest minute: their order matters, not their edges.
  if (last !== undefined && minute <= last.minute) {
    return minutes.with(-1, { ...last, hits: last.hits + 1, benign: last.benign + benign });
  }
  return [...minutes, { minute, hits: 1, benign }].slice(-MINUTES_KEPT);
}
