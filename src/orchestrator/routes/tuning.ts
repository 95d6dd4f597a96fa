import type { FastifyInstance } from 'fastify';
import { refuses } from '../../rules/fault.ts';
import { sendOutcome } from '../answers/outcome-answer.ts';
import { tuningAnswer } from '../answers/tuning-answer.ts';
import { ApiError } from '../api-error.ts';
import { originOf } from '../authentication.ts';
import { keepText } from '../json-bodies.ts';
import { refusals } from '../openapi/refusals.ts';
import type { OrchestratorServices } from '../services.ts';

interface ById {
  Params: { id: string };
}

/** Exclusions, paranoia and thresholds per path, shadow per rule; they enter as text, as rules do. */
export function tuningRoutes({ book: { tuning }, now }: OrchestratorServices) {
  return async (app: FastifyInstance): Promise<void> => {
    keepText(app);

    app.get('/api/v1/tuning', LIST, async () => {
      const entries = (await tuning.list()).map((listed) => tuningAnswer(listed, now()));
      return { tuning: entries, total: entries.length };
    });

    app.get<ById>('/api/v1/tuning/:id', GET, async ({ params }) => {
      const listed = await tuning.get(params.id);
      if (listed === undefined) throw unknownTuning(params.id);
      return tuningAnswer(listed, now());
    });

    app.post<{ Body: string }>('/api/v1/tuning', ADD, async (request, reply) => {
      return sendOutcome(reply, await tuning.submit(request.body ?? '', originOf(request)));
    });

    app.post<{ Body: string }>('/api/v1/tuning/validate', VALIDATE, async (request) => {
      const { entries, diagnostics } = await tuning.validate(request.body ?? '');
      return { valid: !refuses(diagnostics), tuning: entries, diagnostics };
    });

    app.put<ById & { Body: string }>('/api/v1/tuning/:id', REPLACE, async (request, reply) => {
      const { params, body } = request;
      return sendOutcome(reply, await tuning.replace(params.id, body ?? '', originOf(request)));
    });

    app.delete<ById>('/api/v1/tuning/:id', REMOVE, async (request, reply) => {
      return sendOutcome(reply, await tuning.remove(request.params.id, originOf(request)));
    });
  };
}

function unknownTuning(id: string): ApiError {
  return new ApiError(
    404,
    'WAF_ERR_API_TUNING_UNKNOWN',
    `no tuning entry has the id "${id}"`,
    'GET /api/v1/tuning lists every entry.',
  );
}

const ACCEPTED = { description: 'Stored, will be released.', $ref: 'Accepted#' };
const BODY = {
  description: 'One entry, an array of them, or {"tuning": […]}; see schemas/tuning.json.',
  anyOf: [
    { type: 'object', additionalProperties: true },
    { type: 'array', items: { type: 'object', additionalProperties: true } },
  ],
};
const ENTRY = { type: 'object', additionalProperties: true };
const tags = ['tuning'];
const ID = {
  type: 'object',
  properties: { id: { type: 'string', description: 'Id of the entry.' } },
} as const;

const LIST = {
  config: { role: 'read' },
  schema: {
    summary: 'All tuning entries, in the order in which they count.',
    tags,
    response: {
      200: {
        description: 'Each entry with the rules that it is about now.',
        type: 'object',
        required: ['tuning', 'total'],
        properties: {
          tuning: { type: 'array', items: ENTRY },
          total: { type: 'integer', minimum: 0 },
        },
      },
    },
  },
} as const;

const GET = {
  config: { role: 'read' },
  schema: {
    summary: 'One tuning entry.',
    tags,
    params: ID,
    response: { 200: { description: 'The entry.', ...ENTRY }, ...refusals(404) },
  },
} as const;

const ADD = {
  config: { role: 'rules', documentedBody: BODY },
  schema: {
    summary: 'Add one tuning entry, or many: all of them or none.',
    tags,
    response: { 202: ACCEPTED, ...refusals(400, 409, 413, 415, 422, 503) },
  },
} as const;

const VALIDATE = {
  config: { role: 'read', documentedBody: BODY },
  schema: {
    summary: 'Check entries as POST /api/v1/tuning would, and change nothing.',
    tags,
    response: {
      200: {
        description: 'All that was found, and the rules that each entry would be about.',
        type: 'object',
        required: ['valid', 'tuning', 'diagnostics'],
        properties: {
          valid: { type: 'boolean' },
          tuning: { type: 'array', items: ENTRY },
          diagnostics: { type: 'array', items: { $ref: 'Diagnostic#' } },
        },
      },
      ...refusals(413, 415),
    },
  },
} as const;

const REPLACE = {
  config: { role: 'rules', documentedBody: BODY },
  schema: {
    summary: 'Replace a tuning entry; it keeps its place.',
    tags,
    params: ID,
    response: { 202: ACCEPTED, ...refusals(400, 404, 413, 415, 422, 503) },
  },
} as const;

const REMOVE = {
  config: { role: 'rules' },
  schema: {
    summary: 'Remove a tuning entry.',
    tags,
    params: ID,
    response: { 202: ACCEPTED, ...refusals(404, 503) },
  },
} as const;
