import type { Settings } from '../../config/settings.ts';
import type { LifePolicy } from '../lifecycle/life-policy.ts';

/** Addresses with a good name that a rule may hit before it loses its place. */
const MAX_GOOD_SOURCES = 2;

export function lifePolicy(settings: Pick<Settings, 'generator' | 'ml'>): LifePolicy {
  const { generator, ml } = settings;
  return {
    promote: generator.promote,
    minConfidence: ml.dynamic_rules.min_confidence,
    minSources: generator.min_sources,
    minBenignRequests: generator.min_benign_requests,
    shadowMs: generator.shadow_seconds * 1_000,
    shadowRequests: generator.shadow_requests,
    ttlSeconds: generator.ttl_seconds,
    maxTtlSeconds: generator.max_ttl_seconds,
    maxRules: generator.max_rules,
    maxGoodSources: MAX_GOOD_SOURCES,
  };
}
