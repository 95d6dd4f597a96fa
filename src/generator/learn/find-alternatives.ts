import type { Alternative, Feature } from './feature.ts';

/** Share of the benign pool that the first, the first two, … features of a conjunction may match. */
const BENIGN_BOUNDS = [0.02, 0.002, 0.0005, 0];

/**
 * Alternatives: every feature that no benign request has, and around every other one the conjunction that
 * keeps most samples and no benign request. `least` samples must agree.
 */
export function findAlternatives(
  features: readonly Feature[],
  poolSize: number,
  least: number,
): Alternative[] {
  const found = new Map<string, Alternative>();
  for (const feature of features) {
    const alternative = growAlternative(feature, features, poolSize, least);
    if (alternative === null) continue;
    const key = alternative.features
      .map(({ id }) => id)
      .sort()
      .join();
    if (!found.has(key)) found.set(key, alternative);
  }
  return [...found.values()];
}

function growAlternative(
  first: Feature,
  features: readonly Feature[],
  poolSize: number,
  least: number,
): Alternative | null {
  const chosen = [first];
  let { samples, benign } = first;
  for (let depth = 0; depth < BENIGN_BOUNDS.length; depth++) {
    const hits = benign.count;
    if (hits === 0) return { features: chosen, kind: kindOf(chosen), samples };
    if (hits > BENIGN_BOUNDS[depth]! * poolSize) return null;
    const bound = (BENIGN_BOUNDS[depth + 1] ?? 0) * poolSize;
    const next = bestPartner(features, chosen, { samples, benign }, bound, least);
    if (next === null) return null;
    chosen.push(next);
    samples = samples.and(next.samples);
    benign = benign.and(next.benign);
  }
  return null;
}

type Held = Pick<Feature, 'samples' | 'benign'>;

/** The feature that keeps most samples while few enough benign requests remain. */
function bestPartner(
  features: readonly Feature[],
  chosen: readonly Feature[],
  held: Held,
  bound: number,
  least: number,
): Feature | null {
  let best: Feature | null = null;
  let most = least - 1;
  for (const feature of features) {
    if (chosen.includes(feature)) continue;
    const kept = held.samples.and(feature.samples).count;
    if (kept <= most || held.benign.and(feature.benign).count > bound) continue;
    best = feature;
    most = kept;
  }
  return best;
}

/** A known shape says more about what this is than a token does. */
function kindOf(features: readonly Feature[]): Alternative['kind'] {
  return features.find(({ kind }) => kind !== 'token')?.kind ?? 'token';
}
