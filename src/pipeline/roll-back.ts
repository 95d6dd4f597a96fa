import type { Target } from '../fleet/desired-state.ts';
import type { ChangeMarker, Refused, RuleBook } from '../rules/rule-book.ts';
import { readCurrentRelease } from './current-release.ts';
import { PipelineError } from './pipeline-error.ts';
import type { PublishNowDeps } from './publish-now.ts';
import { publishNow } from './publish-now.ts';
import type { ReleaseRecord } from './release.ts';
import { UNIVERSAL_WAF } from './release.ts';
import { compareRules, digestRules } from './release-config.ts';
import { findEarlierRelease, findNamedRelease } from './rollback-target.ts';

export interface RollbackDeps extends PublishNowDeps {
  readonly book: Pick<RuleBook, 'restore'>;
  readonly marker: ChangeMarker;
  readonly isKillSwitchEngaged: () => Promise<boolean>;
}

export interface RollbackRequest {
  readonly revision?: string | undefined;
  readonly target: Target;
  readonly actor: string;
}

/**
 * Publishes the bytes of an earlier release again, under a fresh revision. Returns that revision.
 *
 * A rollback of all nodes first brings the rule book to agree with the earlier rules, in one durable
 * write: a crash after it, or rules that wait for release, cannot bring the bad rules back. While the
 * kill switch is engaged only the book is rolled back, and its rules are released in shadow mode.
 */
export async function rollBack(request: RollbackRequest, deps: RollbackDeps): Promise<string> {
  const { store, fleet, now } = deps;
  const queued_at = now();
  const current = await readCurrentRelease(UNIVERSAL_WAF, fleet, store, request.target);
  const earlier =
    request.revision === undefined
      ? await findEarlierRelease(current.record, store)
      : await findNamedRelease(request.revision, store);
  const bytes = await store.getArtifact(earlier.digest);
  if (bytes === undefined) throw artifactGone(earlier);

  if (request.target === 'all' && earlier.config_digest !== null) {
    const promised = await restoreRules(earlier, earlier.config_digest, request.actor, deps);
    if (await deps.isKillSwitchEngaged()) return releaseUnderKillSwitch(promised, current.revision);
  } else if (earlier.module === UNIVERSAL_WAF && (await deps.isKillSwitchEngaged())) {
    throw killSwitchEngaged();
  }
  const { module, digest, content_digest, config_digest, size, semver } = earlier;
  const { target, actor } = request;
  const rules = await changesOf(current.record, earlier);
  const record = await publishNow(
    {
      ...{
        module,
        digest,
        content_digest,
        config_digest,
        size,
        semver,
        bytes,
        rules,
        target,
        actor,
      },
      cause: 'rollback',
      queued_at,
      restores: earlier.restores ?? earlier.revision,
    },
    deps,
  );
  return record.revision;

  /** What going back changes, as far as the rules of both ends are known. */
  async function changesOf(
    from: ReleaseRecord | undefined,
    to: ReleaseRecord,
  ): Promise<ReleaseRecord['rules']> {
    const known = from?.config_digest != null && to.config_digest !== null;
    if (!known) return { total: to.rules.total, added: [], changed: [], removed: [] };
    return compareRules(await rulesOf(from), await rulesOf(to));
  }

  async function rulesOf({ config_digest: config }: ReleaseRecord) {
    return digestRules((config === null ? undefined : await store.getConfig(config))?.rules ?? []);
  }

  async function releaseUnderKillSwitch(
    promised: number | null,
    running: string | null,
  ): Promise<string> {
    if (promised === null) return running ?? earlier.revision;
    await deps.marker.mark('urgent');
    return `v${promised}`;
  }
}

/** Returns the revision that the change of the book is promised for, if it changed. */
async function restoreRules(
  earlier: ReleaseRecord,
  configDigest: string,
  actor: string,
  { store, book }: RollbackDeps,
): Promise<number | null> {
  const config = await store.getConfig(configDigest);
  if (config === undefined) throw artifactGone(earlier);
  const restored = await book.restore(
    { revision: earlier.revision, rules: config.rules, tuning: config.tuning ?? [] },
    { actor, source: 'rollback' },
  );
  if (!restored.ok) throw refused(earlier, restored);
  return restored.revision;
}

/** Bytes cannot be put into shadow mode. */
function killSwitchEngaged(): PipelineError {
  const text =
    'the kill switch is engaged; only a rollback of all nodes to released rules is possible';
  return new PipelineError('WAF_ERR_RELEASE_KILL_SWITCH', 'conflict', text);
}

function artifactGone({ revision, digest }: ReleaseRecord): PipelineError {
  const text = `the bytes of ${revision} (${digest}) are not kept any more`;
  return new PipelineError('WAF_ERR_RELEASE_ARTIFACT_GONE', 'conflict', text);
}

function refused({ revision }: ReleaseRecord, { kind, diagnostics }: Refused): PipelineError {
  const why = diagnostics.map(({ message }) => message).join('; ');
  const text = `the rule book does not go back to ${revision}: ${why}`;
  return new PipelineError('WAF_ERR_RELEASE_REFUSED', kind === 'busy' ? 'busy' : 'conflict', text);
}
