import type { FastifyReply } from 'fastify';
import type { Diagnostic } from '../../rules/diagnostic.ts';
import type { Accepted, Refused } from '../../rules/rule-book.ts';
import { sendRefusal } from './refusal.ts';
import { type ReleaseLink, releaseLink } from './release-answer.ts';

/** Answers a change of the rule book: 202 with the release it will be part of, or why it was refused. */
export function sendOutcome(reply: FastifyReply, outcome: Accepted | Refused): FastifyReply {
  return outcome.ok ? reply.code(202).send(acceptedAnswer(outcome)) : sendRefusal(reply, outcome);
}

/** The change is stored; `release` is null when nothing has to be released. */
export interface AcceptedAnswer {
  readonly ids: readonly string[];
  readonly accepted: number;
  /** Rules that wait for their approval. */
  readonly pending: readonly string[];
  readonly release: ReleaseLink | null;
  readonly warnings: readonly Diagnostic[];
}

function acceptedAnswer({ ids, pending, revision, warnings }: Accepted): AcceptedAnswer {
  return { ids, accepted: ids.length, pending, release: releaseLink(revision), warnings };
}
