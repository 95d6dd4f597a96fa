import type { Settings } from '../../config/settings.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Candidate } from '../candidate.ts';
import type { LifeCycle } from '../lifecycle/life-cycle.ts';
import { type Observation, sourceOf, timeOf } from '../suspicion/observation.ts';
import { RecentMap } from '../suspicion/recent-map.ts';
import { askScorers, type Scorer } from '../suspicion/scorer.ts';
import type { Suspicion, SuspicionDetector } from '../suspicion/suspicion.ts';
import { AttackSamples } from './attack-samples.ts';
import { BenignReservoir } from './benign-reservoir.ts';
import type { GeneratorMetrics } from './generator-metrics.ts';
import type { LearnThread } from './learn-thread.ts';
import type { FeedbackWord } from './ports.ts';

export interface GeneratorDeps {
  readonly settings: Settings['generator'];
  readonly detector: SuspicionDetector;
  readonly lifeCycle: LifeCycle;
  readonly thread: LearnThread;
  readonly scorers: readonly Scorer[];
  readonly metrics: GeneratorMetrics;
  readonly now: () => number;
  readonly log: Logger;
}

const SCORER_TIMEOUT_MS = 100;
/** Requests that a person's word can still be connected with. */
const REMEMBERED = 10_000;
const WORDS_REMEMBERED = 10_000;
/** Served requests, and none suspicious, that give an address a good name. */
const GOOD_REQUESTS = 20;

/**
 * The generator without its connections: what traffic and people say goes in, candidates come out through the
 * life cycle. Calls must not overlap.
 */
export class Generator {
  readonly #deps: GeneratorDeps;
  readonly #pool: BenignReservoir;
  readonly #samples = new AttackSamples();
  readonly #recent = new RecentMap<string, Observation>(REMEMBERED);
  readonly #words = new RecentMap<string, FeedbackWord>(WORDS_REMEMBERED);

  constructor(deps: GeneratorDeps) {
    this.#deps = deps;
    this.#pool = new BenignReservoir(deps.settings.benign_pool_size, deps.settings.seed);
  }

  get sizes() {
    return {
      ...this.#deps.detector.sizes,
      pool: this.#pool.size,
      samples: this.#samples.size,
      recent: this.#recent.size,
    };
  }

  async observe(batch: readonly Observation[]): Promise<void> {
    let passed = 0;
    let latest = 0;
    for (const observation of batch) {
      await this.#observeOne(observation);
      // Nobody vouches for what is told from outside: it says nothing for a rule.
      if (observation.why === 'foreign') continue;
      passed += observation.weight;
      latest = Math.max(latest, timeOf(observation));
    }
    if (this.#deps.detector.warm) this.#deps.lifeCycle.passed(passed, latest);
    this.#deps.metrics.kept(this.#pool.size, this.#samples.size);
  }

  /** A person's word counts for requests that were seen already and for those that come. */
  feedback(word: FeedbackWord): void {
    this.#words.set(word.requestId, word);
    const observation = this.#recent.get(word.requestId);
    if (observation !== undefined) this.#apply(word, observation);
  }

  /**
   * Rules for the suspicious requests that no rule explains. Changes nothing but what the next attempt looks
   * at, so it may run beside everything else.
   */
  async learn(): Promise<readonly Candidate[]> {
    const { settings, lifeCycle, thread, metrics, now, log } = this.#deps;
    const least = { samples: settings.min_samples, sources: settings.min_sources };
    const samples = this.#samples.take(now(), least);
    if (samples === null) return [];
    const started = performance.now();
    const existing = lifeCycle.live().map(({ rule }) => rule);
    const { seed, min_sources: minSources } = settings;
    const job = { samples, existing, seed, minSources, now: now() };
    const found = await thread.learn(job).catch((error: unknown) => {
      this.#samples.again();
      throw error;
    });
    metrics.learned((performance.now() - started) / 1_000);
    const { candidates, rejected, uncovered } = found;
    const counts = { samples: samples.length, pool: this.#pool.size, uncovered };
    log.info({ ...counts, candidates: candidates.map(({ rule }) => rule.id), rejected }, 'learned');
    return candidates;
  }

  /** Returns how many of the candidates were posted. */
  async propose(candidates: readonly Candidate[]): Promise<number> {
    let posted = 0;
    for (const candidate of candidates) {
      const outcome = await this.#deps.lifeCycle.propose(candidate);
      this.#deps.metrics.proposed(outcome);
      if (outcome === 'shadow' || outcome === 'waiting') posted += 1;
    }
    return posted;
  }

  async #observeOne(observation: Observation): Promise<void> {
    const { detector, scorers, metrics } = this.#deps;
    const { id } = observation.recorded;
    const own = [...observation.rules, ...observation.shadowRules].filter((rule) =>
      this.#deps.lifeCycle.isOwn(rule),
    );
    const seen = own.length === 0 ? observation : withoutRules(observation, own);
    const opinions = await askScorers(scorers, seen, SCORER_TIMEOUT_MS);
    const suspicion = detector.judge(seen, opinions);
    const word = this.#words.get(id);
    this.#recent.set(id, observation);
    this.#countHits(observation, own, suspicion, word);
    const blocked = observation.action === 'block';
    metrics.observed(blocked ? 'blocked' : suspicion.suspicious ? 'suspicious' : 'normal');
    if (word !== undefined) return this.#apply(word, observation);
    if (observation.why !== 'foreign') this.#noteNormal(observation, suspicion);
    if (suspicion.suspicious && !blocked)
      this.#samples.add(observation.recorded, timeOf(observation));
  }

  #noteNormal(observation: Observation, suspicion: Suspicion): void {
    const { detector } = this.#deps;
    const { warm } = detector;
    // What came before the models knew what is normal was judged by nobody.
    if (detector.note(observation, suspicion) && warm) this.#keepBenign(observation);
  }

  #countHits(
    observation: Observation,
    own: readonly string[],
    suspicion: Suspicion,
    word: FeedbackWord | undefined,
  ): void {
    // Before the models know what is normal they can say nothing about a hit.
    if (word === undefined && !this.#deps.detector.warm) return;
    const { good, suspicious } = suspicion.source;
    const others = new Set([...observation.rules, ...observation.shadowRules]).size - own.length;
    for (const rule of new Set(own)) {
      this.#deps.lifeCycle.hit(rule, {
        at: timeOf(observation),
        source: sourceOf(observation),
        confirmed: word === undefined ? suspicion.suspicious : word.label === 'attack',
        sole: others === 0 && own.length === 1,
        goodSource: good >= GOOD_REQUESTS && suspicious === 0,
      });
    }
  }

  #apply({ label, requestId, at }: FeedbackWord, observation: Observation): void {
    const { recorded, rules, shadowRules } = observation;
    if (label === 'attack') {
      this.#samples.add(recorded, timeOf(observation), true);
      return;
    }
    this.#samples.remove(requestId);
    for (const rule of new Set([...rules, ...shadowRules])) {
      this.#deps.lifeCycle.falsePositive(rule, requestId, at);
    }
    const { detector } = this.#deps;
    detector.note(observation, detector.judge(observation), true);
    this.#keepBenign(observation);
  }

  #keepBenign({ recorded }: Observation): void {
    const change = this.#pool.offer(recorded);
    if (change !== null) this.#deps.thread.poolChanged(change);
  }
}

/** The request as if the generator's own rules were not there: they must not confirm themselves. */
function withoutRules(observation: Observation, own: readonly string[]): Observation {
  const isOther = (rule: string) => !own.includes(rule);
  const rules = observation.rules.filter(isOther);
  const action =
    observation.action === 'block' && rules.length === 0 ? 'allow' : observation.action;
  return { ...observation, rules, action, shadowRules: observation.shadowRules.filter(isOther) };
}
