import { createHash } from 'node:crypto';
import { canonicalJson } from '../config/canonical-json.ts';
import type { Rule } from './model.ts';

/** `sha256:<hex>` of the canonical JSON of a rule; what a hold names. */
export function canonicalDigest(rule: Rule): string {
  return `sha256:${createHash('sha256').update(canonicalJson(rule)).digest('hex')}`;
}
