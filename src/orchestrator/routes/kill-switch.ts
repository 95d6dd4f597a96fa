import type { FastifyInstance } from 'fastify';
import { sendRefusal } from '../answers/refusal.ts';
import { releaseLink } from '../answers/release-answer.ts';
import { timestamp } from '../answers/timestamp.ts';
import { originOf } from '../authentication.ts';
import { parseJson } from '../json-bodies.ts';
import { refusals } from '../openapi/refusals.ts';
import type { OrchestratorServices } from '../services.ts';

interface Switch {
  Body: { engaged: boolean; rule_id?: string; reason?: string };
}

/** Takes one rule, or all of them, out of enforcement at once; not held by the limiter. */
export function killSwitchRoutes({ book, ruleDocument }: OrchestratorServices) {
  return async (app: FastifyInstance): Promise<void> => {
    parseJson(app);

    app.get('/api/v1/kill-switch', GET, async () => {
      const document = await ruleDocument();
      const { engaged = false, actor, at = 0, reason } = document?.kill_switch ?? {};
      const held = (document?.holds ?? []).map(({ rule_id, reason, actor, at }) => {
        return { rule_id, reason, actor, at: timestamp(at) };
      });
      const last =
        at === 0
          ? { actor: null, at: null, reason: null }
          : { actor, at: timestamp(at), reason: reason ?? null };
      return { engaged, ...last, held };
    });

    app.post<Switch>('/api/v1/kill-switch', SET, async (request, reply) => {
      const { engaged, rule_id } = request.body;
      const reason = request.body.reason?.trim() || undefined;
      const outcome = await book.kill(engaged, originOf(request), rule_id, reason);
      if (!outcome.ok) return sendRefusal(reply, outcome);
      request.log.warn({ caller: request.caller?.name, engaged, rule_id, reason }, 'kill switch');
      return reply.code(202).send({
        engaged,
        ...(rule_id === undefined ? {} : { rule_id }),
        release: releaseLink(outcome.revision),
        warnings: outcome.warnings,
      });
    });
  };
}

const tags = ['kill switch'];
const text = { type: 'string' } as const;
const nullableText = { anyOf: [text, { type: 'null' }] } as const;

const GET = {
  config: { role: 'read' },
  schema: {
    summary: 'Whether the kill switch is engaged, and which rules are held.',
    tags,
    response: {
      200: {
        description: 'The state of the switch.',
        type: 'object',
        required: ['engaged', 'actor', 'at', 'reason', 'held'],
        properties: {
          engaged: { type: 'boolean', description: 'All rules run in shadow mode.' },
          actor: nullableText,
          at: nullableText,
          reason: nullableText,
          held: {
            type: 'array',
            items: {
              type: 'object',
              properties: { rule_id: text, reason: text, actor: text, at: text },
            },
          },
        },
      },
      ...refusals(503),
    },
  },
} as const;

const SET = {
  config: { role: 'deploy' },
  schema: {
    summary: 'Engage or release the switch: for one rule (held), else for all (shadow mode).',
    tags,
    body: {
      type: 'object',
      required: ['engaged'],
      additionalProperties: false,
      properties: {
        engaged: { type: 'boolean' },
        rule_id: { type: 'string', minLength: 1 },
        reason: {
          type: 'string',
          maxLength: 500,
          description: 'Shown beside the switch, or with the held rule.',
        },
      },
    },
    response: {
      202: {
        description: 'Stored; released at once.',
        type: 'object',
        required: ['engaged', 'release', 'warnings'],
        properties: {
          engaged: { type: 'boolean' },
          rule_id: text,
          release: { anyOf: [{ $ref: 'ReleaseLink#' }, { type: 'null' }] },
          warnings: { type: 'array', items: { $ref: 'Diagnostic#' } },
        },
      },
      ...refusals(400, 404, 409, 415, 503),
    },
  },
} as const;
