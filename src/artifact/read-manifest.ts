import { createHash } from 'node:crypto';
import { canonicalJson } from '../config/canonical-json.ts';
import { invalidModule } from './artifact-error.ts';
import { checkManifest, checkManifestRule, checkRuleCount } from './check-manifest.ts';
import { contentParts } from './content-digest.ts';
import { findRules, type RuleSpan } from './find-rules.ts';
import type { Manifest, ManifestRule } from './manifest.ts';
import type { Pieces } from './pieces.ts';

/** A manifest that is in order by itself, and what its content digest has to be. */
export interface ReadManifest {
  readonly manifest: Manifest;
  readonly contentDigest: string;
}

/** Rules that are checked between two yields. */
const RULES_AT_ONCE = 32;

/**
 * Reads the payload of the manifest section. Nearly all of it is the rule table, which is parsed some
 * rules at a time. Throws `WAF_ERR_ARTIFACT_MANIFEST`; `offset` is where the section stands.
 */
export function* readManifest(payload: Uint8Array, offset: number): Pieces<ReadManifest> {
  const span = yield* findRules(payload);
  const head = parse(textOutside(payload, span), offset) as Manifest;
  yield;
  if (span === null) return yield* withRules(checkManifest(head), [head.rules]);
  checkManifest(head);
  return yield* withRules(head, parsedRules(payload, span, offset));
}

/** Puts the rules into the manifest, checks them and adds up the content digest. */
function* withRules(head: Manifest, parts: Iterable<readonly unknown[]>): Pieces<ReadManifest> {
  const rules: ManifestRule[] = [];
  const { before, after } = contentParts(head);
  const hash = createHash('sha256').update(before);
  for (const part of parts) {
    yield;
    for (let at = 0; at < part.length; at += RULES_AT_ONCE) {
      const some = part.slice(at, at + RULES_AT_ONCE);
      for (const rule of some) rules.push(checkManifestRule(rule, rules.length));
      checkRuleCount(rules.length);
      const text = canonicalJson(some).slice(1, -1);
      hash.update(rules.length > some.length ? `,${text}` : text);
      yield;
    }
  }
  const contentDigest = `sha256:${hash.update(after).digest('hex')}`;
  return { manifest: { ...head, rules }, contentDigest };
}

/** The text without the rules, `[]` in their place. */
function textOutside(payload: Uint8Array, span: RuleSpan | null): Uint8Array {
  if (span === null) return payload;
  return Buffer.concat([payload.subarray(0, span.start + 1), payload.subarray(span.end)]);
}

/** The rules in the order of the table, a few kilobytes of text at a time. */
function* parsedRules(
  payload: Uint8Array,
  { start, end, cuts }: RuleSpan,
  offset: number,
): Generator<readonly unknown[]> {
  const edges = [start, ...cuts, end];
  for (let i = 0; i + 1 < edges.length; i++) {
    const text = payload.subarray(edges[i]! + 1, edges[i + 1]);
    const rules = parse(
      Buffer.concat([BRACKETS.subarray(0, 1), text, BRACKETS.subarray(1)]),
      offset,
    );
    // Between two commas there has to be something; JSON.parse cannot see them.
    if (cuts.length > 0 && (rules as unknown[]).length === 0) throw notJson(offset);
    yield rules as unknown[];
  }
}

const BRACKETS = Buffer.from('[]');
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function parse(text: Uint8Array, offset: number): unknown {
  try {
    return JSON.parse(UTF8.decode(text));
  } catch {
    throw notJson(offset);
  }
}

function notJson(offset: number): Error {
  return invalidModule('WAF_ERR_ARTIFACT_MANIFEST', 'manifest is not JSON', offset);
}
