import type { Evidence } from '../candidate.ts';
import { KIND_TITLES, type ShapeKind } from '../shapes/shape.ts';
import type { Alternative, RuleKind } from './feature.ts';

const NAMED_ALTERNATIVES = 3;

/** What a rule of the kind is about, for a title. */
export function kindTitle(kind: RuleKind): string {
  if (kind === 'token') return 'text that the attacks have in common';
  if (kind === 'traffic') return 'the way the requests are made';
  return KIND_TITLES[kind satisfies ShapeKind];
}

/** One sentence: what is blocked, why it is believed to be an attack, and why it is believed harmless. */
export function sentenceOf(
  kind: RuleKind,
  alternatives: readonly Alternative[],
  evidence: Evidence,
): string {
  const named = alternatives.slice(0, NAMED_ALTERNATIVES).map(alternativeTitle);
  const more = alternatives.length - named.length;
  const what = `${named.join('; or ')}${more > 0 ? `; or ${more} more forms of the kind` : ''}`;
  const { covered, samples, sources, benign_hits, benign_pool } = evidence;
  const from = sources > 1 ? ` from ${sources} addresses` : '';
  const verb = kind === 'traffic' ? 'Limits the rate of' : 'Blocks';
  return (
    `${verb} ${kindTitle(kind)} — requests with ${what} — because ${covered} of ${samples} ` +
    `suspicious requests${from} do, and ${benign_hits === 0 ? 'none' : benign_hits} of ${benign_pool} benign ones.`
  );
}

function alternativeTitle({ features }: Alternative): string {
  return features.map(({ title }) => title).join(' together with ');
}
