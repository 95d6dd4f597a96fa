import { PipelineError } from './pipeline-error.ts';
import type { ReleaseRecord } from './release.ts';
import type { ReleaseStore } from './release-store.ts';

type Store = Pick<ReleaseStore, 'record'>;

/**
 * The release before the one that runs, with other behaviour. Going back twice goes back two steps:
 * a rollback stands where the release stands that it restored. Releases of the kill switch are skipped.
 */
export async function findEarlierRelease(
  current: ReleaseRecord | undefined,
  store: Store,
): Promise<ReleaseRecord> {
  let place = current;
  while (place !== undefined) {
    if (place.restores !== undefined) place = (await store.record(place.restores)) ?? place;
    place = place.previous === null ? undefined : await store.record(place.previous);
    if (
      place !== undefined &&
      isPublished(place) &&
      place.content_digest !== current?.content_digest
    ) {
      return place;
    }
  }
  throw new PipelineError(
    'WAF_ERR_RELEASE_NOTHING_BEFORE',
    'conflict',
    'there is no earlier release to go back to',
  );
}

/** The release whose bytes a revision stands for. */
export async function findNamedRelease(revision: string, store: Store): Promise<ReleaseRecord> {
  const named = await store.record(revision);
  if (named === undefined) {
    const text = `there is no release ${revision}`;
    throw new PipelineError('WAF_ERR_RELEASE_UNKNOWN', 'unknown', text);
  }
  const follow = named.outcome === 'unchanged' ? named.previous : named.superseded_by;
  if (follow != null) return findNamedRelease(follow, store);
  if (named.killed) {
    const text = `${revision} was released under the kill switch, with every rule in shadow mode`;
    throw new PipelineError('WAF_ERR_RELEASE_KILLED', 'conflict', text);
  }
  if (isPublished(named)) return named;
  const text = `${revision} was not published (${named.outcome})`;
  throw new PipelineError('WAF_ERR_RELEASE_NOT_PUBLISHED', 'conflict', text);
}

function isPublished({ outcome, killed = false }: ReleaseRecord): boolean {
  return outcome === 'published' && !killed;
}
