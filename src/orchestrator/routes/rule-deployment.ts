import type { FastifyInstance } from 'fastify';
import { LIMITS } from '../../config/limits.ts';
import type { Releases, ReleaseView } from '../../pipeline/releases.ts';
import { deploymentAnswer } from '../answers/deployment-answer.ts';
import { sendOutcome } from '../answers/outcome-answer.ts';
import { sendRefusal } from '../answers/refusal.ts';
import { originOf } from '../authentication.ts';
import { parseJson } from '../json-bodies.ts';
import { optionalBody } from '../openapi/optional-body.ts';
import { refusals } from '../openapi/refusals.ts';
import type { OrchestratorServices } from '../services.ts';

interface Approve {
  Params: { id: string };
  Body: { ttl_seconds?: number } | undefined;
}

interface Deploy {
  Body: { rule_id: string; ttl_seconds?: number };
}

/** Lets a rule that waits, or is held, into the next release. */
export function ruleDeploymentRoutes({ book, releases, settings, now }: OrchestratorServices) {
  /** A release may have to wait for the window of the limiter before the nodes even see it. */
  const timeoutMs =
    settings.waf.wasm.reload.max_reload_frequency_seconds * 1000 + LIMITS.reload.timeout_ms;

  return async (app: FastifyInstance): Promise<void> => {
    parseJson(app);

    app.post<Approve>('/api/v1/rules/:id/approve', APPROVE, async (request, reply) => {
      const { params, body } = request;
      const outcome = await book.approve(params.id, originOf(request), body?.ttl_seconds);
      return sendOutcome(reply, outcome);
    });

    app.post<Deploy>('/api/v1/rules/deploy', DEPLOY, async (request, reply) => {
      const { rule_id, ttl_seconds } = request.body;
      const started = now();
      const outcome = await book.approve(rule_id, originOf(request), ttl_seconds);
      if (!outcome.ok) return sendRefusal(reply, outcome);
      const view =
        outcome.revision === null
          ? await lastPublished(releases)
          : await releases.settled(`v${outcome.revision}`, timeoutMs);
      return { ...counts(view), deployment_time_ms: now() - started };
    });
  };
}

/** The documented answer has numbers here, where the fleet deployments have lists of ids. */
function counts(view: ReleaseView | undefined): object {
  if (view === undefined) return { deployed_to: 0, failed: 0, release: null };
  const { deployed_to, failed, release } = deploymentAnswer(view);
  return { deployed_to: deployed_to.length, failed: failed.length, release };
}

/** What the rule is part of already, when its approval changed nothing. */
async function lastPublished(releases: Releases): Promise<ReleaseView | undefined> {
  const recent = await releases.list(100);
  return recent.find(
    ({ module, outcome }) => module === 'universal-waf' && outcome === 'published',
  );
}

const TTL = {
  type: 'integer',
  minimum: 0,
  maximum: LIMITS.rule.max_ttl_seconds,
  description: 'Lifetime from now; 0: it never expires. Absent: as the rule says.',
} as const;
const tags = ['rules'];

const APPROVE = {
  config: { role: 'rules' },
  schema: {
    summary: 'Approve a pending rule, or lift the hold of a held one.',
    tags,
    params: { type: 'object', properties: { id: { type: 'string' } } },
    body: optionalBody({ ttl_seconds: TTL }),
    response: {
      202: { description: 'Stored, will be released.', $ref: 'Accepted#' },
      ...refusals(400, 404, 409, 415, 503),
    },
  },
} as const;

const DEPLOY = {
  config: { role: 'rules' },
  schema: {
    summary: 'Approve a rule and wait until the nodes enforce it.',
    tags,
    body: {
      type: 'object',
      required: ['rule_id'],
      additionalProperties: false,
      properties: { rule_id: { type: 'string', minLength: 1 }, ttl_seconds: TTL },
    },
    response: {
      200: {
        description: 'How many nodes enforce it, and how long that took.',
        type: 'object',
        required: ['deployed_to', 'failed', 'deployment_time_ms', 'release'],
        properties: {
          deployed_to: { type: 'integer', minimum: 0 },
          failed: { type: 'integer', minimum: 0 },
          deployment_time_ms: { type: 'number', minimum: 0 },
          release: { anyOf: [{ $ref: 'ReleaseLink#' }, { type: 'null' }] },
        },
      },
      ...refusals(400, 404, 409, 415, 503),
    },
  },
} as const;
