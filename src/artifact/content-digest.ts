import { canonicalJson } from '../config/canonical-json.ts';
import { digestOf } from './digest.ts';
import type { Manifest } from './manifest.ts';

type Described = Omit<Manifest, 'content_digest'>;

/**
 * `sha256:<hex>` of what decides behaviour: the canonical JSON of the manifest without revision, semver
 * and creation time. Equal for two releases of the same engine, program and rule table.
 */
export function contentDigest(manifest: Described): string {
  const { before, after } = contentParts(manifest);
  return digestOf(before + canonicalJson(manifest.rules).slice(1, -1) + after);
}

/** The text that the content digest is taken of, without the rules: they come between the two. */
export function contentParts(manifest: Described): { before: string; after: string } {
  const { revision, semver, created_at, content_digest, ...content } = manifest as Manifest;
  const keys = Object.entries(content);
  const before = Object.fromEntries(keys.filter(([key]) => key < 'rules'));
  const after = Object.fromEntries(keys.filter(([key]) => key > 'rules'));
  return {
    before: `${canonicalJson(before).slice(0, -1)},"rules":[`,
    after: `],${canonicalJson(after).slice(1)}`,
  };
}
