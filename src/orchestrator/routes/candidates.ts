import type { FastifyInstance, FastifyReply } from 'fastify';
import { LIMITS } from '../../config/limits.ts';
import type { CandidateState } from '../../fleet/shapes/candidate-document.ts';
import { candidateAnswer, candidateSummary } from '../answers/candidate-answer.ts';
import { sendRefusal } from '../answers/refusal.ts';
import { releaseLink } from '../answers/release-answer.ts';
import { originOf } from '../authentication.ts';
import { parseJson } from '../json-bodies.ts';
import { optionalBody } from '../openapi/optional-body.ts';
import { refusals } from '../openapi/refusals.ts';
import { createReview, type Reviewed, unknownCandidate } from '../review-candidates.ts';
import type { OrchestratorServices } from '../services.ts';

interface ById {
  Params: { id: string };
}

interface Filtered {
  Querystring: { state?: CandidateState };
}

interface Approve extends ById {
  Body: { ttl_seconds?: number } | undefined;
}

interface Reject extends ById {
  Body: { reason?: string } | undefined;
}

/** The rules that the generator proposes: what they are, what speaks for them, and a person's word. */
export function candidateRoutes(services: OrchestratorServices) {
  const { candidates } = services;
  const review = createReview(services);

  return async (app: FastifyInstance): Promise<void> => {
    parseJson(app);

    app.get<Filtered>('/api/v1/candidates', LIST, async ({ query }) => {
      const all = (await candidates.list()).map(({ value }) => value);
      const wanted = all.filter(({ state }) => query.state === undefined || state === query.state);
      return { candidates: wanted.map(candidateSummary), total: wanted.length };
    });

    app.get<ById>('/api/v1/candidates/:id', GET, async ({ params }) => {
      const found = await candidates.get(params.id);
      if (found === undefined) throw unknownCandidate(params.id);
      return candidateAnswer(found.value);
    });

    app.post<Approve>('/api/v1/candidates/:id/approve', APPROVE, async (request, reply) => {
      const { params, body } = request;
      return send(reply, await review.approve(params.id, originOf(request), body?.ttl_seconds));
    });

    app.post<Reject>('/api/v1/candidates/:id/reject', REJECT, async (request, reply) => {
      const reason = request.body?.reason?.trim() || undefined;
      return send(reply, await review.reject(request.params.id, originOf(request), reason));
    });
  };
}

function send(reply: FastifyReply, { outcome, document }: Reviewed): FastifyReply {
  if (!outcome.ok) return sendRefusal(reply, outcome);
  return reply.code(202).send({
    candidate: candidateAnswer(document),
    release: releaseLink(outcome.revision),
    warnings: outcome.warnings,
  });
}

const tags = ['generator'];
const text = { type: 'string' } as const;
const count = { type: 'integer', minimum: 0 } as const;
const STATE = {
  enum: ['shadow', 'waiting', 'enforced', 'demoted', 'rejected', 'expired', 'evicted'],
} as const;

const SUMMARY = {
  id: text,
  state: STATE,
  sentence: { ...text, description: 'What it blocks, and why it is believed to be harmless.' },
  confidence: { anyOf: [{ type: 'number', minimum: 0, maximum: 1 }, { type: 'null' }] },
  hits: {
    type: 'object',
    required: ['total', 'confirmed', 'benign', 'requests'],
    properties: { total: count, confirmed: count, benign: count, requests: count },
  },
  reason: { ...text, description: 'Why it is in this state.' },
  updated_at: { type: 'string', format: 'date-time' },
} as const;

const WHOLE = {
  ...SUMMARY,
  rule: { type: 'object', additionalProperties: true },
  evidence: { type: 'object', additionalProperties: { type: 'number' } },
  history: {
    type: 'array',
    items: {
      type: 'object',
      required: ['at', 'from', 'to', 'actor', 'reason'],
      properties: {
        at: { type: 'string', format: 'date-time' },
        from: { anyOf: [STATE, { type: 'null' }] },
        to: STATE,
        actor: text,
        reason: text,
      },
    },
  },
} as const;

const ID = { type: 'object', properties: { id: text } } as const;

const REVIEWED = {
  description: 'Stored; the rule will be part of a release, or taken out with one.',
  type: 'object',
  required: ['candidate', 'release', 'warnings'],
  properties: {
    candidate: { type: 'object', required: Object.keys(WHOLE), properties: WHOLE },
    release: { anyOf: [{ $ref: 'ReleaseLink#' }, { type: 'null' }] },
    warnings: { type: 'array', items: { $ref: 'Diagnostic#' } },
  },
};

const LIST = {
  config: { role: 'read' },
  schema: {
    summary: 'The candidates that the generator remembers, most recently changed first.',
    tags,
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: { state: STATE },
    },
    response: {
      200: {
        description: 'The candidates that were asked for.',
        type: 'object',
        required: ['candidates', 'total'],
        properties: {
          candidates: {
            type: 'array',
            items: { type: 'object', required: Object.keys(SUMMARY), properties: SUMMARY },
          },
          total: count,
        },
      },
      ...refusals(400, 503),
    },
  },
} as const;

const GET = {
  config: { role: 'read' },
  schema: {
    summary: 'One candidate: its rule, what speaks for it, and every step of its life.',
    tags,
    params: ID,
    response: {
      200: {
        description: 'The candidate.',
        type: 'object',
        required: Object.keys(WHOLE),
        properties: WHOLE,
      },
      ...refusals(404, 503),
    },
  },
} as const;

const APPROVE = {
  config: { role: 'rules' },
  schema: {
    summary: 'Enforce the rule of a candidate, whatever its state.',
    tags,
    params: ID,
    body: optionalBody({
      ttl_seconds: {
        type: 'integer',
        minimum: 1,
        maximum: LIMITS.rule.max_ttl_seconds,
        description: 'Lifetime from now. Absent: as the candidate says.',
      },
    }),
    response: { 202: REVIEWED, ...refusals(400, 404, 409, 415, 422, 503) },
  },
} as const;

const REJECT = {
  config: { role: 'rules' },
  schema: {
    summary: 'Take the rule of a candidate away; the same is never proposed again.',
    tags,
    params: ID,
    body: optionalBody({ reason: { ...text, maxLength: 500 } }),
    response: { 202: REVIEWED, ...refusals(400, 404, 409, 415, 503) },
  },
} as const;
