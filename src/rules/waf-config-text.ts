import type { WafConfig } from './model.ts';

/** Keys in the order in which a person reads them; every other key follows in alphabetical order. */
const ORDER = [
  'version',
  'thresholds',
  'on_budget',
  'max_steps',
  'rules',
  'tuning',
  'v',
  'id',
  'rev',
  'title',
  'description',
  'tags',
  'severity',
  'paranoia',
  'mode',
  'priority',
  'created_at',
  'ttl_seconds',
  'expires_at',
  'confidence',
  'provenance',
  'reason',
  'path',
  'method',
  'when',
  'target',
  'except',
  'transforms',
  'op',
  'value',
  'ignore_case',
  'action',
  'score',
  'examples',
  'match',
  'no_match',
];
const RANK: ReadonlyMap<string, number> = new Map(ORDER.map((key, index) => [key, index]));

/**
 * The bytes of `waf-config.json`: canonical key order, two spaces, a newline at the end. Equal
 * configurations have equal text.
 */
export function serialiseWafConfig(config: WafConfig): string {
  return `${JSON.stringify(ordered(config), null, 2)}\n`;
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => compareKeys(a, b))
      .map(([key, item]) => [key, ordered(item)]),
  );
}

function compareKeys(a: string, b: string): number {
  const rank = (RANK.get(a) ?? ORDER.length) - (RANK.get(b) ?? ORDER.length);
  return rank !== 0 ? rank : a < b ? -1 : 1;
}
