import { hasJumped } from './block-rate.ts';
import { type CandidateRecord, type CandidateState, isLive } from './candidate-record.ts';
import type { LifePolicy } from './life-policy.ts';

/** What is to be done with a candidate now. */
export interface Decision {
  readonly to: CandidateState;
  readonly reason: string;
  /** What becomes of its rule: `mode` as given, with a lifetime that starts now; null: it stays as it is. */
  readonly rule: { readonly mode: 'shadow' | 'enforce'; readonly ttlSeconds: number } | null;
}

/** Share of a lifetime after which it is decided whether there will be another one. */
const NEAR_THE_END = 0.75;

/** The next step of a candidate, or null. Pure: the same record, policy and time, the same decision. */
export function decide(record: CandidateRecord, policy: LifePolicy, now: number): Decision | null {
  if (!isLive(record)) return null;
  if (now >= record.trial.expiresAt) return expiry(record);
  if (record.state === 'enforced') return fall(record, policy) ?? extension(record, policy, now);
  if (record.state === 'shadow') return rise(record, policy, now) ?? extension(record, policy, now);
  return null;
}

function expiry({ trial }: CandidateRecord): Decision {
  const reason = `its ${trial.ttlSeconds} s are over and it earned no more: ${trial.earned} confirmed hits in its last period`;
  return { to: 'expired', reason, rule: null };
}

/** Out of enforcement. */
function fall({ trial }: CandidateRecord, policy: LifePolicy): Decision | null {
  const reason = reasonToFall(trial, policy);
  const rule = { mode: 'shadow', ttlSeconds: trial.ttlSeconds } as const;
  return reason === null ? null : { to: 'demoted', reason, rule };
}

function reasonToFall(trial: CandidateRecord['trial'], policy: LifePolicy): string | null {
  const { falsePositives, goodSources, minutes } = trial;
  if (falsePositives.length > 0) {
    return `a person called ${falsePositives[0]} a false positive, which it matched`;
  }
  if (goodSources.length > policy.maxGoodSources) {
    return `it hit ${goodSources.length} addresses with a good name`;
  }
  if (!hasJumped(minutes)) return null;
  const { hits, benign } = minutes.at(-1)!;
  return `its hits jumped to ${hits} in a minute, ${benign} of them on requests that look benign`;
}

/** Out of shadow mode, to enforcement or to a person. */
function rise(record: CandidateRecord, policy: LifePolicy, now: number): Decision | null {
  const doubt = reasonToDoubt(record, policy);
  if (doubt !== null) return { to: 'waiting', reason: doubt, rule: null };
  const { trial, evidence } = record;
  const seconds = Math.floor((now - trial.since) / 1_000);
  if (now - trial.since < policy.shadowMs || trial.requests < policy.shadowRequests) return null;
  const harmless = (evidence.benign_pool ?? 0) + Math.floor(trial.requests);
  if ((evidence.sources ?? 0) < policy.minSources || harmless < policy.minBenignRequests) {
    return null;
  }
  const shown = `${seconds} s and ${Math.floor(trial.requests)} requests in shadow mode without a benign hit, ${trial.confirmed} confirmed hits, ${harmless} benign requests in all, samples of ${evidence.sources} addresses, confidence ${evidence.confidence ?? 0}`;
  if (!policy.promote) {
    return { to: 'waiting', reason: `${shown}; generator.promote is off`, rule: null };
  }
  const rule = { mode: 'enforce', ttlSeconds: trial.ttlSeconds } as const;
  return { to: 'enforced', reason: shown, rule };
}

function reasonToDoubt({ trial, evidence }: CandidateRecord, policy: LifePolicy): string | null {
  const { falsePositives, benignHits, goodSources } = trial;
  const confidence = evidence.confidence ?? 0;
  if (falsePositives.length > 0) return `a person called ${falsePositives[0]} a false positive`;
  if ((evidence.benign_hits ?? 0) > 0) return `it matches ${evidence.benign_hits} of the pool`;
  if (benignHits > 0) return `it matched ${benignHits} requests that look benign`;
  if (goodSources.length > policy.maxGoodSources) {
    return `it matched requests of ${goodSources.length} addresses with a good name`;
  }
  if (confidence >= policy.minConfidence) return null;
  return `its confidence ${confidence} is below ${policy.minConfidence}`;
}

/** Twice the lifetime for a rule that had work to do in this one. */
function extension(record: CandidateRecord, policy: LifePolicy, now: number): Decision | null {
  const { state, trial } = record;
  const left = trial.expiresAt - now;
  if (trial.earned === 0 || left > (1 - NEAR_THE_END) * trial.ttlSeconds * 1_000) return null;
  const ttlSeconds = Math.min(2 * trial.ttlSeconds, policy.maxTtlSeconds);
  return {
    to: state,
    reason: `${trial.earned} confirmed hits in its last period: it lives ${ttlSeconds} s more`,
    rule: { mode: state === 'enforced' ? 'enforce' : 'shadow', ttlSeconds },
  };
}
