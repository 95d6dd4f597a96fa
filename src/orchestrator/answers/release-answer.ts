import type { Acknowledgement } from '../../fleet/node-report.ts';
import type { ReleaseView } from '../../pipeline/releases.ts';
import type { RevisionCounter } from '../../rules/rule-document.ts';
import { timestamp } from './timestamp.ts';

/**
 * How far a release is: `queued` (promised, not published yet), `progressing` (published, nodes have
 * not all answered), `converged` (every expected node runs it), `failed` (it could not be built, or a
 * node refused it), `unchanged` (same behaviour as before, nothing sent), `superseded` (another one
 * carries the rules).
 */
export type ReleaseState =
  | 'queued'
  | 'progressing'
  | 'converged'
  | 'failed'
  | 'unchanged'
  | 'superseded';

export function releaseUrl(revision: string): string {
  return `/api/v1/releases/${revision}`;
}

/** A link to a release that a change will be part of; null when nothing has to be released. */
export function releaseLink(revision: number | null): { revision: string; url: string } | null {
  return revision === null ? null : { revision: `v${revision}`, url: releaseUrl(`v${revision}`) };
}

/** A published release with the answers of the nodes. */
export function releaseAnswer(view: ReleaseView): object {
  return {
    ...view,
    state: stateOf(view),
    queued_at: timestamp(view.queued_at),
    compiled_at: timestamp(view.compiled_at),
    published_at: timestamp(view.published_at),
    acks: view.acks.map(acknowledgementAnswer),
  };
}

/** A release that was promised and waits in the queue, or undefined when `revision` is not one. */
export function promisedRelease(
  revision: string,
  revisions: RevisionCounter | undefined,
): object | undefined {
  const open = [revisions?.open, revisions?.releasing].some((number) => `v${number}` === revision);
  if (revisions === undefined || !open) return undefined;
  return {
    revision,
    state: 'queued' satisfies ReleaseState,
    converged: false,
    cause: revisions.cause,
    queued_at: timestamp(revisions.queued_at),
  };
}

function stateOf(view: ReleaseView): ReleaseState {
  if (view.outcome !== 'published') return view.outcome;
  if (view.converged) return 'converged';
  return view.acks.some(({ status }) => status === 'NACK') ? 'failed' : 'progressing';
}

function acknowledgementAnswer(ack: Acknowledgement): object {
  return { ...ack, at: timestamp(ack.at) };
}
