import type { FastifyInstance } from 'fastify';
import { LIMITS } from '../../config/limits.ts';
import { sendOutcome } from '../answers/outcome-answer.ts';
import { sendRefusal } from '../answers/refusal.ts';
import { originOf } from '../authentication.ts';
import { parseJson } from '../json-bodies.ts';
import { refusals } from '../openapi/refusals.ts';
import { blamePolicy, POLICY_TYPES, type Policy, policyRules } from '../policy-rules.ts';
import type { OrchestratorServices } from '../services.ts';

/** Policies: a few kinds of block rules under one name, written as rules of the rule book. */
export function policyRoutes({ book }: OrchestratorServices) {
  return async (app: FastifyInstance): Promise<void> => {
    parseJson(app);

    app.post<{ Body: Policy }>('/api/v1/policy', ADD, async (request, reply) => {
      const written = policyRules(request.body);
      if ('diagnostics' in written) return sendRefusal(reply, { ...INVALID, ...written });
      const outcome = await book.submit(JSON.stringify(written.rules), originOf(request));
      return sendOutcome(
        reply,
        outcome.ok
          ? { ...outcome, warnings: blamePolicy(outcome.warnings) }
          : { ...outcome, diagnostics: blamePolicy(outcome.diagnostics) },
      );
    });
  };
}

const INVALID = { ok: false, kind: 'invalid' } as const;

const ADD = {
  config: { role: 'rules' },
  schema: {
    summary: 'Add the rules of a policy: all of them or none.',
    tags: ['rules'],
    body: {
      type: 'object',
      required: ['name', 'rules'],
      additionalProperties: false,
      properties: {
        name: {
          type: 'string',
          pattern: '^[A-Za-z0-9._-]{1,64}$',
          description: 'The rules get the ids policy-<name>-1, policy-<name>-2, …',
        },
        rules: {
          type: 'array',
          minItems: 1,
          maxItems: LIMITS.batch.max_rules,
          items: {
            type: 'object',
            required: ['type'],
            additionalProperties: false,
            properties: {
              type: { type: 'string', description: `One of ${POLICY_TYPES.join(', ')}.` },
              value: { type: 'string', description: 'What to block.' },
              countries: {
                type: 'array',
                items: { type: 'string' },
                description: 'Of geo_block, which is not supported.',
              },
            },
          },
        },
      },
    },
    response: {
      202: { description: 'Stored, will be released.', $ref: 'Accepted#' },
      ...refusals(400, 409, 413, 415, 422, 429, 503),
    },
  },
} as const;
