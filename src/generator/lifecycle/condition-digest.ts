import { createHash } from 'node:crypto';
import { canonicalJson } from '../../config/canonical-json.ts';
import type { RuleDocument } from '../candidate.ts';

/**
 * `sha256:<hex>` of what a rule does, however it is written: name, texts, numbers and the order of what is
 * connected by `all`, `any` or in a list do not count.
 */
export function conditionDigest({ when, action }: RuleDocument): string {
  const text = canonicalJson(settled({ when, action }));
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

const UNORDERED = new Set(['all', 'any', 'target', 'except', 'value', 'phrases']);

function settled(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(settled);
  if (typeof node !== 'object' || node === null) return node;
  const members = Object.entries(node).map(([key, value]): [string, unknown] => {
    const inner = settled(value);
    return [key, Array.isArray(inner) && UNORDERED.has(key) ? sortedOnce(inner) : inner];
  });
  return Object.fromEntries(members);
}

function sortedOnce(list: readonly unknown[]): unknown[] {
  const byText = new Map(list.map((each) => [canonicalJson(each), each]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}
