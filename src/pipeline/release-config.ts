import { gunzipSync, gzipSync } from 'node:zlib';
import { digestOf } from '../artifact/digest.ts';
import { canonicalJson } from '../config/canonical-json.ts';
import type { Rule, WafConfig } from '../rules/model.ts';
import type { ReleaseRecord } from './release.ts';

/** Bytes that an archived waf-config may unpack to. */
const MAX_UNPACKED_BYTES = 256 * 1024 * 1024;

/** The waf-config of a release as it is archived: gzip'd canonical JSON, named by its digest. */
export function packConfig(config: WafConfig): {
  readonly bytes: Uint8Array;
  readonly digest: string;
} {
  const bytes = gzipSync(canonicalJson(config));
  return { bytes, digest: digestOf(bytes) };
}

/** The inverse of `packConfig`. Throws for bytes that are not that; their digest was checked before. */
export function unpackConfig(bytes: Uint8Array): WafConfig {
  return JSON.parse(gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED_BYTES }).toString('utf8'));
}

/** Rule id → digest of the rule's content. */
export type RuleDigests = ReadonlyMap<string, string>;

export function digestRules(rules: readonly Rule[]): RuleDigests {
  return new Map(rules.map((rule) => [rule.id, digestOf(canonicalJson(rule))]));
}

/** What a release changes, ids sorted as in `after`. Pure. */
export function compareRules(before: RuleDigests, after: RuleDigests): ReleaseRecord['rules'] {
  const ids = [...after.keys()];
  return {
    total: after.size,
    added: ids.filter((id) => !before.has(id)),
    changed: ids.filter((id) => before.has(id) && before.get(id) !== after.get(id)),
    removed: [...before.keys()].filter((id) => !after.has(id)),
  };
}
