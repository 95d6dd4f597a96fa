import { performance } from 'node:perf_hooks';
import { createRandom, type Random } from '../../workload/random.ts';
import { alternating, cross, type Genome, randomGenome, single, vary } from './genome.ts';

/** What one input costs. */
export interface Cost {
  /** The engine's own count; the same on every run. */
  readonly steps: number;
  readonly microseconds: number;
}

export interface SearchOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly atoms: readonly string[];
  /** Where to begin, beside the atoms themselves: what was bad in another shape. */
  readonly start: readonly Genome[];
  readonly cost: (genome: Genome) => Cost;
  /** Milliseconds; only for the end of the stages. */
  readonly now?: () => number;
}

interface Candidate extends Cost {
  readonly genome: Genome;
}

const POPULATION = 24;
const FINALISTS = 6;

/**
 * Looks for the input that costs most. Three stages share the time: every atom repeated, and pairs of the
 * worst; a genetic search by steps; hill climbing by measured time. The seed decides what is tried;
 * how much of it is tried depends on the machine. Returns the worst by steps and by time.
 */
export function searchWorst(options: SearchOptions): Genome[] {
  const random = createRandom(options.seed);
  const now = options.now ?? (() => performance.now());
  const began = now();
  const isAfter = (share: number) => () => now() > began + options.seconds * 1000 * share;
  const bySteps = new Leaders((candidate) => candidate.steps);
  const byTime = new Leaders((candidate) => candidate.microseconds);
  const attempt = (genome: Genome): Candidate => {
    const candidate = { genome, ...options.cost(genome) };
    bySteps.offer(candidate);
    byTime.offer(candidate);
    return candidate;
  };

  for (const genome of options.start) attempt(genome);
  enumerate(options.atoms, attempt, isAfter(0.35), [bySteps, byTime]);
  evolve(bySteps, random, options.atoms, attempt, isAfter(0.7));
  climb(byTime, random, options, isAfter(1));
  return [...bySteps.best(FINALISTS), ...byTime.best(FINALISTS)].map(({ genome }) => genome);
}

/** The costliest candidates so far, by one of the two measures. */
class Leaders {
  private readonly measure: (candidate: Candidate) => number;
  private kept: Candidate[] = [];

  constructor(measure: (candidate: Candidate) => number) {
    this.measure = measure;
  }

  offer(candidate: Candidate): void {
    const last = this.kept[POPULATION - 1];
    if (last && this.measure(candidate) <= this.measure(last)) return;
    this.kept.push(candidate);
    this.kept.sort((a, b) => this.measure(b) - this.measure(a));
    this.kept.length = Math.min(this.kept.length, POPULATION);
  }

  best(count: number): readonly Candidate[] {
    return this.kept.slice(0, count);
  }

  /** Replaces a lucky measurement by a later, sober one. */
  correct(candidate: Candidate, microseconds: number): void {
    const at = this.kept.indexOf(candidate);
    if (at !== -1) this.kept[at] = { ...candidate, microseconds };
    this.kept.sort((a, b) => this.measure(b) - this.measure(a));
  }
}

type Attempt = (genome: Genome) => Candidate;

function enumerate(
  atoms: readonly string[],
  attempt: Attempt,
  isOver: () => boolean,
  leaders: readonly Leaders[],
): void {
  for (const atom of atoms) {
    if (isOver()) return;
    attempt(single(atom));
  }
  const worst = leaders.flatMap((leader) => leader.best(10)).map(({ genome }) => genome[0]!.atom);
  for (const one of worst) {
    for (const other of worst) {
      if (isOver()) return;
      if (one !== other) attempt(alternating(one, other));
    }
  }
}

function evolve(
  leaders: Leaders,
  random: Random,
  atoms: readonly string[],
  attempt: Attempt,
  isOver: () => boolean,
): void {
  while (!isOver()) {
    const parents = leaders.best(POPULATION);
    const parent = random.pick(parents).genome;
    if (random.chance(0.1)) attempt(randomGenome(random, atoms));
    else if (random.chance(0.3)) attempt(cross(parent, random.pick(parents).genome, random));
    else attempt(vary(parent, random, atoms));
  }
}

function climb(
  leaders: Leaders,
  random: Random,
  { atoms, cost }: SearchOptions,
  isOver: () => boolean,
): void {
  while (!isOver()) {
    const parent = random.pick(leaders.best(FINALISTS));
    leaders.correct(parent, Math.min(parent.microseconds, cost(parent.genome).microseconds));
    const genome = vary(parent.genome, random, atoms);
    leaders.offer({ genome, ...cost(genome) });
  }
}
