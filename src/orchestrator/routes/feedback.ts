import type { FastifyInstance } from 'fastify';
import { type Feedback, MAX_NOTE_LENGTH } from '../../fleet/shapes/observed-request.ts';
import { timestamp } from '../answers/timestamp.ts';
import { actorOf } from '../authentication.ts';
import { parseJson } from '../json-bodies.ts';
import { refusals } from '../openapi/refusals.ts';
import type { OrchestratorServices } from '../services.ts';

type Said = Pick<Feedback, 'request_id' | 'label' | 'note'>;

interface Asked {
  Querystring: { label?: Feedback['label']; limit?: string };
}

/** One word of an operator about a request, as the API shows it. */
export type FeedbackAnswer = Said & { readonly actor: string; readonly at: string };

const MAX_BATCH = 1_000;
const DEFAULT_LIMIT = '100';

/** What operators say about requests: attack, or false positive. The generator learns from it. */
export function feedbackRoutes({ feedback, now }: OrchestratorServices) {
  return async (app: FastifyInstance): Promise<void> => {
    parseJson(app);

    app.post<{ Body: Said | readonly Said[] }>('/api/v1/feedback', ADD, async (request, reply) => {
      const said = [request.body].flat() as readonly Said[];
      const actor = actorOf(request);
      const stored = said.map((each): Feedback => ({ v: 1, ...each, actor, at: now() }));
      for (const each of stored) await feedback.add(each);
      return reply.code(201).send({ accepted: stored.length, feedback: stored.map(answer) });
    });

    app.get<Asked>('/api/v1/feedback', LIST, async ({ query }) => {
      const { label, limit = DEFAULT_LIMIT } = query;
      const all = await feedback.list({ ...(label && { label }), limit: Number(limit) });
      return { feedback: all.map(answer), total: all.length };
    });
  };
}

function answer({ request_id, label, note, actor, at }: Feedback): FeedbackAnswer {
  return { request_id, label, ...(note && { note }), actor, at: timestamp(at) };
}

const tags = ['generator'];
const LABEL = { enum: ['attack', 'false_positive'] } as const;

const SAID = {
  type: 'object',
  required: ['request_id', 'label'],
  additionalProperties: false,
  properties: {
    request_id: {
      type: 'string',
      pattern: '^[A-Za-z0-9._:/+=-]{1,128}$',
      description: 'What the client got as X-Request-Id.',
    },
    label: LABEL,
    note: { type: 'string', maxLength: MAX_NOTE_LENGTH },
  },
} as const;

const LISTED = {
  type: 'array',
  items: {
    type: 'object',
    required: ['request_id', 'label', 'actor', 'at'],
    properties: {
      ...SAID.properties,
      actor: { type: 'string' },
      at: { type: 'string', format: 'date-time' },
    },
  },
} as const;

const ADD = {
  config: { role: 'rules' },
  schema: {
    summary: 'Say what one request was, or several; the last word about a request counts.',
    tags,
    body: {
      anyOf: [SAID, { type: 'array', minItems: 1, maxItems: MAX_BATCH, items: SAID }],
    },
    response: {
      201: {
        description: 'Stored; the generator hears of it.',
        type: 'object',
        required: ['accepted', 'feedback'],
        properties: { accepted: { type: 'integer', minimum: 1 }, feedback: LISTED },
      },
      ...refusals(400, 413, 415, 503),
    },
  },
} as const;

const LIST = {
  config: { role: 'read' },
  schema: {
    summary: 'What was said in the last 30 days, newest first.',
    tags,
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: {
        label: LABEL,
        limit: { type: 'string', pattern: '^[1-9][0-9]{0,3}$', description: '1 to 9999; 100.' },
      },
    },
    response: {
      200: {
        type: 'object',
        required: ['feedback', 'total'],
        properties: { feedback: LISTED, total: { type: 'integer', minimum: 0 } },
      },
      ...refusals(400, 503),
    },
  },
} as const;
