import { VIEWS } from '../shapes/shape.ts';
import { commonTokens } from '../tokens/frequent-tokens.ts';
import { tokenStrength } from '../tokens/token-strength.ts';
import { tokenPattern } from '../tokens/token-texts.ts';
import type { BenignPool } from './benign-pool.ts';
import { Bits } from './bits.ts';
import { contentLeaf, type Feature } from './feature.ts';
import type { PreparedRequest } from './prepared-request.ts';

/** A token in more of the pool than this share is a word of the traffic. */
const MAX_BENIGN_SHARE = 0.02;
/** Words without a sign must be in so many of the samples: a few benign samples share words as well. */
const WORD_SHARE = 0.4;
const SIGN_SHARE = 0.05;
const MIN_WORD_LENGTH = 6;

/** Tokens that samples have in common and benign requests seldom have. `of`: samples to look for them in. */
export function tokenFeatures(
  samples: readonly PreparedRequest[],
  of: Bits,
  pool: BenignPool,
  least: number,
): Feature[] {
  const looked = of.indexes();
  const common = commonTokens(
    looked.map((at) => samples[at]!),
    least,
    pool.hasText,
  );
  return common.flatMap(({ text, samples: owners }) => {
    const strength = tokenStrength(text);
    const share = strength > 0 ? SIGN_SHARE : WORD_SHARE;
    if (owners.length < samples.length * share) return [];
    if (strength === 0 && text.length < MIN_WORD_LENGTH) return [];
    const benign = pool.withToken(text, pool.size * MAX_BENIGN_SHARE);
    if (benign === null) return [];
    const having = new Bits(samples.length);
    for (const owner of owners) having.add(looked[owner]!);
    return [tokenFeature(text, having, benign, strength)];
  });
}

function tokenFeature(text: string, samples: Bits, benign: Bits, rarity: number): Feature {
  const value = tokenPattern(text);
  return {
    id: `token:${text}`,
    kind: 'token',
    title: `the text ${JSON.stringify(text)}`,
    condition: contentLeaf({ transforms: VIEWS.plain, op: 'regex', value }),
    samples,
    benign,
    rarity,
  };
}
