import { performance } from 'node:perf_hooks';
import type { RecordedRequest } from '../../../src/evaluation/recorded-request.ts';
import { type BenignPool, createBenignPool } from '../../../src/generator/learn/benign-pool.ts';
import { learnRules } from '../../../src/generator/learn/learn-rules.ts';
import { prepareRequest } from '../../../src/generator/learn/prepared-request.ts';
import { drawFrom, type Random, seededRandom } from '../../../src/generator/learn/seeded-random.ts';
import { mutateRequest } from '../../../src/generator/mutations/mutate-request.ts';
import { type Corpora, FAMILIES, type Family } from './corpora.ts';
import { caught, openCandidates } from './judge.ts';
import { splitBenign } from './split-benign.ts';

/** One way to learn and to be judged. */
export interface Condition {
  /** Begins the names of its rows. */
  readonly name: string;
  readonly samples: number;
  readonly families: readonly Family[];
  /** `mixed`: train and test of all sources; the others test on sources that were not trained on. */
  readonly sources: 'mixed' | 'leave-one-out' | 'one-to-others';
  /** Share of benign requests among the samples. */
  readonly noise?: number;
  readonly mutated?: boolean;
  readonly detectors?: boolean;
  /** Learn from tokens alone, as if nothing were known of attacks. */
  readonly tokensOnly?: boolean;
}

/** What one seed gave for one family. */
export interface Outcome {
  readonly family: Family;
  readonly seed: number;
  /** 0..1 of the unseen attacks. */
  readonly recall: number;
  readonly rules: number;
  readonly milliseconds: number;
  readonly falsePositives: number;
  readonly unseenBenign: number;
  readonly falsePositiveIds: readonly string[];
  readonly missed: readonly RecordedRequest[];
}

/** Attacks that a rule is judged by, at most; drawn anew for each seed. */
const MAX_TEST = 1_000;

export interface Fold {
  readonly seed: number;
  readonly pool: BenignPool;
  readonly unseen: readonly RecordedRequest[];
}

export function openFold(corpora: Corpora, seed: number): Fold {
  const { pool, unseen } = splitBenign(corpora.benign, seed);
  const indexed = createBenignPool(pool);
  indexed.indexNow();
  return { seed, pool: indexed, unseen };
}

export async function runCondition(condition: Condition, corpora: Corpora, fold: Fold) {
  const outcomes: Outcome[] = [];
  for (const family of condition.families) {
    outcomes.push(await runFamily(condition, family, corpora, fold));
  }
  return outcomes;
}

async function runFamily(
  condition: Condition,
  family: Family,
  corpora: Corpora,
  fold: Fold,
): Promise<Outcome> {
  const { seed, pool, unseen } = fold;
  const random = seededRandom(seed * 7919 + familyNumber(family));
  const { train, test } = splitAttacks(condition, corpora.attacks.get(family) ?? [], seed, random);
  const noise = noiseFor(condition, train.length, corpora.lookAlikes, unseen, random);
  const samples = drawFrom([...train, ...noise], Number.POSITIVE_INFINITY, random);
  const { detectors = true, tokensOnly = false } = condition;
  const known = tokensOnly ? { vocabulary: [], detectors: false } : { detectors };
  const start = performance.now();
  const { candidates } = await learnRules(samples, { pool, seed, ...known, minSources: 0 });
  const milliseconds = performance.now() - start;

  const judged = drawFrom(test, MAX_TEST, random);
  const asked = condition.mutated === true ? mutate(judged, random) : judged;
  const run = openCandidates(candidates);
  const missed = asked.filter(({ request }) => caught(run, [request]).length === 0);
  const noisy = new Set(noise);
  const benign = unseen.filter((request) => !noisy.has(request));
  const blocked = benign.filter(({ request }) => caught(run, [request]).length > 0);
  return {
    family,
    seed,
    recall: asked.length === 0 ? 0 : 1 - missed.length / asked.length,
    rules: run?.ids.length ?? 0,
    milliseconds,
    falsePositives: blocked.length,
    unseenBenign: benign.length,
    falsePositiveIds: blocked.map(({ id }) => id),
    missed,
  };
}

/** Draws of one family do not follow those of another. */
function familyNumber(family: Family): number {
  const barred = Object.keys(FAMILIES).indexOf(family);
  return barred >= 0 ? barred : family.length + family.charCodeAt(0);
}

function splitAttacks(
  { samples, sources: split }: Condition,
  attacks: readonly RecordedRequest[],
  seed: number,
  random: Random,
) {
  if (split === 'mixed') {
    const train = drawFrom(attacks, samples, random);
    const used = new Set(train);
    return { train, test: attacks.filter((attack) => !used.has(attack)) };
  }
  // A source with fewer attacks than are wanted for training teaches too little.
  const sources = [...new Set(attacks.map(({ source }) => source))].filter(
    (name) => split === 'leave-one-out' || countOf(attacks, name) >= samples,
  );
  const chosen = sources[seed % sources.length];
  const inside = attacks.filter(({ source }) => source === chosen);
  const outside = attacks.filter(({ source }) => source !== chosen);
  const [from, to] = split === 'leave-one-out' ? [outside, inside] : [inside, outside];
  return { train: drawFrom(from, samples, random), test: to };
}

function countOf(attacks: readonly RecordedRequest[], name: string | undefined): number {
  return attacks.filter(({ source }) => source === name).length;
}

/** Half of it looks like attacks, half is what the site sees every day; none of it is in the pool. */
function noiseFor(
  { noise = 0 }: Condition,
  attacks: number,
  lookAlikes: readonly RecordedRequest[],
  unseen: readonly RecordedRequest[],
  random: Random,
): RecordedRequest[] {
  const count = Math.round((attacks * noise) / (1 - noise));
  const half = Math.floor(count / 2);
  return [...drawFrom(lookAlikes, half, random), ...drawFrom(unseen, count - half, random)];
}

function mutate(attacks: readonly RecordedRequest[], random: Random): RecordedRequest[] {
  return attacks.flatMap((attack) => {
    const request = mutateRequest(prepareRequest(attack), random);
    return request === null ? [] : [{ ...attack, request }];
  });
}
