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

/** A promised release that waits in the queue. */
export interface QueuedRelease {
  readonly revision: string;
  readonly state: 'queued';
  readonly converged: false;
  readonly cause: string;
  readonly queued_at: string;
}

/** A release with the answers of the nodes. */
export interface SettledRelease
  extends Omit<ReleaseView, 'queued_at' | 'compiled_at' | 'published_at' | 'acks'> {
  readonly state: Exclude<ReleaseState, 'queued'>;
  readonly queued_at: string;
  readonly compiled_at: string;
  readonly published_at: string;
  readonly acks: readonly AcknowledgementAnswer[];
}

export type AcknowledgementAnswer = Omit<Acknowledgement, 'at'> & { readonly at: string };
export type ReleaseAnswer = QueuedRelease | SettledRelease;

export interface ReleaseLink {
  readonly revision: string;
  readonly url: string;
}

export function releaseUrl(revision: string): string {
  return `/api/v1/releases/${revision}`;
}

/** A link to a release that a change will be part of; null when nothing has to be released. */
export function releaseLink(revision: number | null): ReleaseLink | null {
  return revision === null ? null : { revision: `v${revision}`, url: releaseUrl(`v${revision}`) };
}

export function releaseAnswer(view: ReleaseView): SettledRelease {
  return {
    ...view,
    state: stateOf(view),
    queued_at: timestamp(view.queued_at),
    compiled_at: timestamp(view.compiled_at),
    published_at: timestamp(view.published_at),
    acks: view.acks.map((ack) => ({ ...ack, at: timestamp(ack.at) })),
  };
}

/** The release with this revision if it is promised and waits in the queue. */
export function promisedRelease(
  revision: string,
  revisions: RevisionCounter | undefined,
): QueuedRelease | undefined {
  const waiting = [revisions?.open, revisions?.releasing].some((n) => `v${n}` === revision);
  if (revisions === undefined || !waiting) return undefined;
  return {
    revision,
    state: 'queued',
    converged: false,
    cause: revisions.cause,
    queued_at: timestamp(revisions.queued_at),
  };
}

function stateOf(view: ReleaseView): SettledRelease['state'] {
  if (view.outcome !== 'published') return view.outcome;
  if (view.converged) return 'converged';
  return view.acks.some(({ status }) => status === 'NACK') ? 'failed' : 'progressing';
}
