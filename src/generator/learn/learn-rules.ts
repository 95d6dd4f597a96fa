import type { RecordedRequest } from '../../evaluation/recorded-request.ts';
import type { Candidate, RuleDocument } from '../candidate.ts';
import { proposeRule } from '../gate/propose-rule.ts';
import { openRuleRun } from '../gate/rule-run.ts';
import { tryConditions } from '../gate/try-alternatives.ts';
import { VOCABULARY } from '../shapes/vocabulary.ts';
import type { BenignPool } from './benign-pool.ts';
import { Bits } from './bits.ts';
import { draftCondition, draftRules } from './draft-rule.ts';
import type { Alternative, Feature } from './feature.ts';
import { findAlternatives } from './find-alternatives.ts';
import { detectorFeatures, shapeFeatures } from './find-features.ts';
import {
  type LearnOptions,
  type LearnResult,
  MIN_SUPPORT,
  type Rejection,
} from './learn-options.ts';
import { type PreparedRequest, prepareRequest } from './prepared-request.ts';
import { seededRandom } from './seeded-random.ts';
import { tokenFeatures } from './token-features.ts';
import { trafficFeatures } from './traffic-features.ts';

/** A rule more must be worth it: so many samples, and this share of them, that no other rule matches. */
const RULE_SHARE = 0.03;
/** Content says nothing when so many of the samples remain without a rule. */
const SILENT_SHARE = 0.8;
const MIN_TRAFFIC_SAMPLES = 10;
/** A kind of attack that this share of the samples show is among them for certain. */
const EVIDENT_SHARE = 0.1;

/**
 * Rules that match the samples and nothing of the benign pool, each with its evidence:
 *
 *   known shapes and detectors that samples share, then tokens for the samples that these leave
 *   → conjunctions without benign hits → tried in the real engine → one rule for each kind
 */
export async function learnRules(
  requests: readonly RecordedRequest[],
  options: LearnOptions,
): Promise<LearnResult> {
  const rejected: Rejection[] = [];
  const samples = unknownSamples(requests, options.existing ?? [], rejected);
  const random = seededRandom(options.seed);
  const tried = tryAlternatives(thinkOf(samples, options), samples, options, rejected);
  const drafts = draftRules(tried, {
    maxRules: options.maxRules ?? 5,
    least: Math.max(MIN_SUPPORT, Math.ceil(samples.length * RULE_SHARE)),
    evident: Math.max(MIN_SUPPORT, Math.ceil(samples.length * EVIDENT_SHARE)),
  });
  const candidates: Candidate[] = [];
  let covered = new Bits(samples.length);
  for (const draft of drafts) {
    const proposal = proposeRule(draft, {
      samples,
      random,
      pool: options.pool,
      namePrefix: options.namePrefix ?? 'learned',
      minSources: options.minSources ?? 3,
      now: options.now,
    });
    if (typeof proposal === 'string') {
      rejected.push({ what: draft.kind, reason: 'refused', detail: proposal });
      continue;
    }
    candidates.push(proposal.candidate);
    covered = covered.or(proposal.samples);
  }
  const uncovered = samples.filter((_, at) => !covered.has(at)).map(({ recorded }) => recorded.id);
  return { candidates, rejected, uncovered };
}

/** Alternatives from known shapes; from tokens where no shape helps. */
function thinkOf(samples: readonly PreparedRequest[], options: LearnOptions): Alternative[] {
  const { pool, detectors = true, vocabulary = VOCABULARY } = options;
  const known: Feature[] = [
    ...shapeFeatures(vocabulary, samples, pool, MIN_SUPPORT),
    ...(detectors ? detectorFeatures(samples, pool, MIN_SUPPORT) : []),
  ];
  const shaped = findAlternatives(known, pool.size, MIN_SUPPORT);
  const left = withoutCovered(samples.length, shaped);
  const tokens = tokenFeatures(samples, left, pool, MIN_SUPPORT);
  const tokened = findAlternatives(tokens, pool.size, MIN_SUPPORT);
  const content = [...shaped, ...fewestTokens(tokened, left)];
  return contentSays(content, samples.length) ? content : [...content, ...trafficOf(samples, pool)];
}

/** Whether content tells the samples apart from benign traffic, so that their making need not. */
function contentSays(alternatives: readonly Alternative[], samples: number): boolean {
  return withoutCovered(samples, alternatives).count < samples * SILENT_SHARE;
}

function trafficOf(samples: readonly PreparedRequest[], pool: BenignPool): Alternative[] {
  if (samples.length < MIN_TRAFFIC_SAMPLES) return [];
  const found = findAlternatives(trafficFeatures(samples, pool), pool.size, MIN_TRAFFIC_SAMPLES);
  return found.slice(0, 1);
}

function withoutCovered(samples: number, alternatives: readonly Alternative[]): Bits {
  const all = Bits.from(samples, () => true);
  return alternatives.reduce((left, each) => left.without(each.samples), all);
}

/** Of many tokens that say the same, those that are needed. */
function fewestTokens(alternatives: readonly Alternative[], left: Bits): Alternative[] {
  const chosen: Alternative[] = [];
  let rest = left;
  for (;;) {
    let best: Alternative | null = null;
    let most = MIN_SUPPORT - 1;
    for (const each of alternatives) {
      const news = each.samples.and(rest).count;
      if (news <= most) continue;
      best = each;
      most = news;
    }
    if (best === null) return chosen;
    chosen.push(best);
    rest = rest.without(best.samples);
  }
}

/** What the real engine agrees to: no benign hit, and samples enough. */
function tryAlternatives(
  alternatives: readonly Alternative[],
  samples: readonly PreparedRequest[],
  { pool }: LearnOptions,
  rejected: Rejection[],
): Alternative[] {
  const conditions = alternatives.map((each) => draftCondition({ alternatives: [each] }));
  const tried = tryConditions(conditions, samples, pool.requests);
  return alternatives.flatMap((alternative, at) => {
    const { samples: matched, benignHits, refused } = tried[at]!;
    const what = alternative.features.map(({ id }) => id).join(' + ');
    if (refused !== null) {
      rejected.push({ what, reason: 'refused', detail: refused });
    } else if (benignHits > 0) {
      const detail = `${benignHits} of ${pool.size} benign requests`;
      rejected.push({ what, reason: 'benign-hits', detail });
    } else if (matched.count < MIN_SUPPORT) {
      rejected.push({ what, reason: 'few-samples', detail: `${matched.count} samples` });
    } else {
      return [{ ...alternative, samples: matched }];
    }
    return [];
  });
}

/** The samples that no rule matches yet. */
function unknownSamples(
  requests: readonly RecordedRequest[],
  existing: readonly RuleDocument[],
  rejected: Rejection[],
): PreparedRequest[] {
  const samples = requests.map(prepareRequest);
  const runs = existing.flatMap((rule) => {
    const opened = openRuleRun([rule]);
    return opened.ok ? [opened.run] : [];
  });
  return samples.filter(({ recorded }) => {
    const known = runs.some((run) => run.matching(recorded.request).length > 0);
    if (known) {
      const detail = 'an active rule matches it';
      rejected.push({ what: recorded.id, reason: 'covered-already', detail });
    }
    return !known;
  });
}
