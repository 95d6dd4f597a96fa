import type { Evidence } from '../candidate.ts';
import type { BenignPool } from '../learn/benign-pool.ts';
import type { PreparedRequest } from '../learn/prepared-request.ts';
import { drawFrom, type Random } from '../learn/seeded-random.ts';
import { mutateRequest } from '../mutations/mutate-request.ts';
import { ruleConfidence, upperRate } from './confidence.ts';
import type { RuleRun } from './rule-run.ts';

/** Samples whose mutations are tried, and mutations of each. */
const MUTATED_SAMPLES = 25;
const MUTATIONS_EACH = 2;
/** Benign requests whose steps are counted. */
const COSTED_REQUESTS = 200;

export interface EvidenceInput {
  readonly run: RuleRun;
  readonly samples: readonly PreparedRequest[];
  readonly covered: readonly PreparedRequest[];
  readonly pool: BenignPool;
  readonly benignHits: number;
  readonly rarity: number;
  readonly minSources: number;
  readonly random: Random;
}

/** An address of a recording that did not say who the client was tells nothing. */
const UNKNOWN_CLIENTS = new Set(['', '192.0.2.1']);

/** The numbers that speak for the one rule of `run`. */
export function gatherEvidence(input: EvidenceInput): Evidence {
  const { run, samples, covered, pool, benignHits, random } = input;
  const sources = new Set(covered.map(({ recorded }) => recorded.request.sourceIp));
  for (const unknown of UNKNOWN_CLIENTS) sources.delete(unknown);
  const mutations = tryMutations(run, covered, random);
  return {
    samples: samples.length,
    covered: covered.length,
    sources: sources.size,
    benign_pool: pool.size,
    benign_hits: benignHits,
    false_positive_bound: upperRate(benignHits, pool.size),
    mutations: mutations.tried,
    mutations_matched: mutations.matched,
    mean_steps: meanSteps(run, pool, random),
    bound_steps: run.boundSteps,
    confidence: ruleConfidence({
      samples: samples.length,
      covered: covered.length,
      benignHits,
      poolSize: pool.size,
      rarity: input.rarity,
      sources: sources.size,
      minSources: input.minSources,
    }),
  };
}

function tryMutations(run: RuleRun, covered: readonly PreparedRequest[], random: Random) {
  let [tried, matched] = [0, 0];
  for (const sample of drawFrom(covered, MUTATED_SAMPLES, random)) {
    for (let round = 0; round < MUTATIONS_EACH; round++) {
      const mutated = mutateRequest(sample, random);
      if (mutated === null) continue;
      tried++;
      if (run.matching(mutated).length > 0) matched++;
    }
  }
  return { tried, matched };
}

function meanSteps(run: RuleRun, pool: BenignPool, random: Random): number {
  const costed = drawFrom(pool.requests, COSTED_REQUESTS, random);
  if (costed.length === 0) return 0;
  let steps = 0;
  for (const { recorded } of costed) {
    run.matching(recorded.request);
    steps += run.steps;
  }
  return Math.round(steps / costed.length);
}
