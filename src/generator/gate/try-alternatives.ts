import { LIMITS } from '../../config/limits.ts';
import type { Condition } from '../../rules/model.ts';
import { Bits } from '../learn/bits.ts';
import type { PreparedRequest } from '../learn/prepared-request.ts';
import { type OpenedRun, openRuleRun } from './rule-run.ts';

/** What the real engine says about a condition. */
export interface Tried {
  /** Samples that it matches. */
  readonly samples: Bits;
  readonly benignHits: number;
  /** Why the rule language or the compiler refuses it; null: it does not. */
  readonly refused: string | null;
}

/** So many rules can be told apart in one inspection. */
const BATCH = LIMITS.program.max_matches_explained - 4;

/** Runs conditions side by side on all samples and on the whole pool; the answers are in their order. */
export function tryConditions(
  conditions: readonly Condition[],
  samples: readonly PreparedRequest[],
  pool: readonly PreparedRequest[],
): Tried[] {
  const tried: Tried[] = [];
  for (let at = 0; at < conditions.length; at += BATCH) {
    tried.push(...tryBatch(conditions.slice(at, at + BATCH), samples, pool));
  }
  return tried;
}

function tryBatch(
  conditions: readonly Condition[],
  samples: readonly PreparedRequest[],
  pool: readonly PreparedRequest[],
): Tried[] {
  const opened = open(conditions);
  if (!opened.ok) {
    if (conditions.length > 1) return conditions.flatMap((each) => tryBatch([each], samples, pool));
    const refused = opened.diagnostics[0]?.message ?? 'refused';
    return [{ samples: new Bits(samples.length), benignHits: 0, refused }];
  }
  const { run } = opened;
  const hits = conditions.map(() => new Bits(samples.length));
  samples.forEach(({ recorded }, number) => {
    for (const rule of run.matching(recorded.request)) hits[rule]!.add(number);
  });
  const benign = conditions.map(() => 0);
  for (const { recorded } of pool) {
    for (const rule of run.matching(recorded.request)) benign[rule]! += 1;
  }
  return hits.map((bits, rule) => ({ samples: bits, benignHits: benign[rule]!, refused: null }));
}

function open(conditions: readonly Condition[]): OpenedRun {
  // Ids in the order of the batch: rules are compiled in the order of their ids.
  const documents = conditions.map((when, place) => ({
    id: `try-${String(place).padStart(3, '0')}`,
    action: 'block',
    when,
  }));
  return openRuleRun(documents);
}
