import type { Fault } from './fault.ts';
import type { Rule } from './model.ts';

/** The instant (ms) from which a rule no longer applies, or null when it never expires. */
export function expiresAt(rule: Rule): number | null {
  return rule.expires_at === undefined ? null : Date.parse(rule.expires_at);
}

export function isExpired(rule: Rule, now: number): boolean {
  const at = expiresAt(rule);
  return at !== null && at <= now;
}

/**
 * Turns `ttl_seconds` into `expires_at`, counted from `start` (ms). Without either, `defaultTtlSeconds`
 * counts; 0 means that the rule never expires and is kept, so that the rule can be read and written
 * again without acquiring a lifetime.
 */
export function startLifetime(rule: Rule, start: number, defaultTtlSeconds: number): Rule {
  if (rule.expires_at !== undefined) return rule;
  const ttl = rule.ttl_seconds ?? defaultTtlSeconds;
  const { ttl_seconds: _, ...rest } = rule;
  if (ttl === 0) return { ...rest, ttl_seconds: 0 };
  return { ...rest, expires_at: new Date(start + ttl * 1000).toISOString() };
}

/**
 * Faults of a rule's lifetime. `start` says from when `ttl_seconds` counts: a rule in a file is read
 * again at every start, so its only fixed instant is its own `created_at`.
 */
export function checkLifetime(
  rule: Rule,
  options: {
    readonly now: number;
    readonly start: 'now' | 'created_at';
    readonly lapsed: 'error' | 'warning';
  },
): Fault[] {
  const faults: Fault[] = [];
  const ttl = rule.ttl_seconds ?? 0;
  if (ttl > 0 && rule.expires_at !== undefined) {
    faults.push({
      code: 'WAF_ERR_RULE_LIFETIME',
      pointer: '/ttl_seconds',
      message: 'ttl_seconds and expires_at stand beside each other',
      hint: 'Keep one of them.',
    });
  } else if (ttl > 0 && options.start === 'created_at' && rule.created_at === undefined) {
    faults.push({
      code: 'WAF_ERR_RULE_LIFETIME',
      pointer: '/ttl_seconds',
      message: 'a rule in a file has no instant from which ttl_seconds could count',
      hint: 'Write expires_at, or created_at beside ttl_seconds.',
    });
  }
  if (isExpired(rule, options.now)) {
    faults.push({
      code: 'WAF_ERR_RULE_EXPIRED',
      ...(options.lapsed === 'warning' ? { severity: 'warning' } : {}),
      pointer: '/expires_at',
      message: `the rule expired at ${rule.expires_at}`,
      hint: 'Give a later expires_at, or ttl_seconds.',
    });
  }
  return faults;
}
