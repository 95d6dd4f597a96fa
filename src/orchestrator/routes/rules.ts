import type { FastifyInstance } from 'fastify';
import type { Diagnostic } from '../../rules/diagnostic.ts';
import type { ListedRule } from '../../rules/rule-book.ts';
import { sendOutcome } from '../answers/outcome-answer.ts';
import { ruleAnswer } from '../answers/rule-answer.ts';
import { ApiError } from '../api-error.ts';
import { originOf } from '../authentication.ts';
import { keepText } from '../json-bodies.ts';
import { refusals } from '../openapi/refusals.ts';
import type { OrchestratorServices } from '../services.ts';

interface ById {
  Params: { id: string };
}

interface Filtered {
  Querystring: { state?: string; source?: string; tag?: string };
}

/** Rules enter as text, so that every fault can be shown with its line and column. */
export function ruleRoutes({ book }: OrchestratorServices) {
  return async (app: FastifyInstance): Promise<void> => {
    keepText(app);

    app.post<{ Body: string }>('/api/v1/rules', ADD, async (request, reply) => {
      return sendOutcome(reply, await book.submit(request.body ?? '', originOf(request)));
    });

    app.post<{ Body: string }>('/api/v1/rules/validate', VALIDATE, async (request) => {
      const { rules, diagnostics } = await book.validate(request.body ?? '');
      return { valid: !diagnostics.some(isFault), rules, diagnostics };
    });

    app.get<Filtered>('/api/v1/rules', LIST, async ({ query }) => {
      const rules = (await book.list()).filter((listed) => isWanted(listed, query));
      return { rules: rules.map((listed) => ruleAnswer(listed)), total: rules.length };
    });

    app.get<ById>('/api/v1/rules/:id', GET, async ({ params }) => {
      const listed = await book.get(params.id);
      if (listed === undefined) throw unknownRule(params.id);
      return ruleAnswer(listed, await book.tuning.of(listed.rule));
    });

    app.put<ById & { Body: string }>('/api/v1/rules/:id', REPLACE, async (request, reply) => {
      return sendOutcome(
        reply,
        await book.replace(request.params.id, request.body ?? '', originOf(request)),
      );
    });

    app.delete<ById>('/api/v1/rules/:id', REMOVE, async (request, reply) => {
      return sendOutcome(reply, await book.remove(request.params.id, originOf(request)));
    });
  };
}

function isFault({ severity }: Diagnostic): boolean {
  return severity !== 'warning';
}

function isWanted(listed: ListedRule, wanted: Filtered['Querystring']): boolean {
  const { state, source, rule, pending_version } = listed;
  const waits = wanted.state === 'pending' && pending_version !== undefined;
  return (
    (wanted.state === undefined || state === wanted.state || waits) &&
    (wanted.source === undefined || source === wanted.source) &&
    (wanted.tag === undefined || rule.tags.includes(wanted.tag))
  );
}

function unknownRule(id: string): ApiError {
  return new ApiError(
    404,
    'WAF_ERR_API_RULE_UNKNOWN',
    `no rule has the id "${id}"`,
    'GET /api/v1/rules lists every rule.',
  );
}

const BODY = { $ref: 'RuleBody#' };
const ACCEPTED = { description: 'Stored, will be released.', $ref: 'Accepted#' };
const tags = ['rules'];

const ADD = {
  config: { role: 'rules', documentedBody: BODY },
  schema: {
    summary: 'Add one rule, or many: all of them or none.',
    tags,
    response: { 202: ACCEPTED, ...refusals(400, 409, 413, 415, 422, 503) },
  },
} as const;

const VALIDATE = {
  config: { role: 'read', documentedBody: BODY },
  schema: {
    summary: 'Check rules as POST /api/v1/rules would, and change nothing.',
    tags,
    response: {
      200: {
        description: 'All that was found; also when the rules are invalid.',
        type: 'object',
        required: ['valid', 'rules', 'diagnostics'],
        properties: {
          valid: { type: 'boolean' },
          rules: {
            type: 'array',
            description: 'The rules in their long form, as far as they could be read.',
            items: { type: 'object', additionalProperties: true },
          },
          diagnostics: { type: 'array', items: { $ref: 'Diagnostic#' } },
        },
      },
      ...refusals(413, 415),
    },
  },
} as const;

const LIST = {
  config: { role: 'read' },
  schema: {
    summary: 'All rules: active, pending, held, expired and off.',
    tags,
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: {
        state: { enum: ['active', 'pending', 'held', 'expired', 'off'] },
        source: { enum: ['static', 'dynamic'] },
        tag: { type: 'string' },
      },
    },
    response: {
      200: {
        description: 'The rules that were asked for, by id.',
        type: 'object',
        required: ['rules', 'total'],
        properties: {
          rules: { type: 'array', items: { $ref: 'Rule#' } },
          total: { type: 'integer', minimum: 0 },
        },
      },
      ...refusals(400),
    },
  },
} as const;

const ID = {
  type: 'object',
  properties: { id: { type: 'string', description: 'Id of the rule.' } },
} as const;

const GET = {
  config: { role: 'read' },
  schema: {
    summary: 'One rule.',
    tags,
    params: ID,
    response: { 200: { description: 'The rule.', $ref: 'Rule#' }, ...refusals(404) },
  },
} as const;

const REPLACE = {
  config: { role: 'rules', documentedBody: BODY },
  schema: {
    summary: 'Replace a dynamic rule.',
    tags,
    params: ID,
    response: { 202: ACCEPTED, ...refusals(400, 404, 409, 413, 415, 422, 503) },
  },
} as const;

const REMOVE = {
  config: { role: 'rules' },
  schema: {
    summary: 'Remove a dynamic rule.',
    tags,
    params: ID,
    response: { 202: ACCEPTED, ...refusals(404, 409, 503) },
  },
} as const;
