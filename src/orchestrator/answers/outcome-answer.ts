import type { FastifyReply } from 'fastify';
import type { Accepted, Refused } from '../../rules/rule-book.ts';
import { sendRefusal } from './refusal.ts';
import { releaseLink } from './release-answer.ts';

/** Answers a change of the rule book: 202 with the release it will be part of, or why it was refused. */
export function sendOutcome(reply: FastifyReply, outcome: Accepted | Refused): FastifyReply {
  return outcome.ok ? reply.code(202).send(acceptedAnswer(outcome)) : sendRefusal(reply, outcome);
}

function acceptedAnswer({ ids, pending, revision, warnings }: Accepted): object {
  return { ids, accepted: ids.length, pending, release: releaseLink(revision), warnings };
}
