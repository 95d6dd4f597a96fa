import { createHash } from 'node:crypto';
import type { Rule } from './model.ts';

/** JSON with sorted keys and no blanks: equal values have equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

/** `sha256:<hex>` of the canonical JSON of a rule; what a hold names. */
export function canonicalDigest(rule: Rule): string {
  return `sha256:${createHash('sha256').update(canonicalJson(rule)).digest('hex')}`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
