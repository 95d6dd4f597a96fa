import type { ReleaseRecord } from '../../../src/pipeline/release.ts';

/** A release of universal-waf to all nodes, published unless `more` says otherwise. */
export function releaseRecord(revision: string, more: Partial<ReleaseRecord> = {}): ReleaseRecord {
  return {
    revision,
    semver: `1.0.${revision.slice(1)}`,
    module: 'universal-waf',
    digest: `sha256:${revision}`,
    content_digest: `sha256:content-${revision}`,
    size: 1,
    target: 'all',
    cause: 'rules',
    actor: 'test',
    previous: null,
    rules: { total: 0, added: [], changed: [], removed: [] },
    queued_at: 0,
    compiled_at: 0,
    published_at: 0,
    expected_nodes: [],
    outcome: 'published',
    config_digest: `sha256:config-${revision}`,
    ...more,
  };
}
