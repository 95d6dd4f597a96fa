import type { FastifyInstance } from 'fastify';
import { LIMITS } from '../../config/limits.ts';
import { moduleAnswer } from '../answers/module-answer.ts';
import { actorOf } from '../authentication.ts';
import { refusals } from '../openapi/refusals.ts';
import type { OrchestratorServices } from '../services.ts';

/** A node that is in the middle of a reload ends it first. */
const REMOVAL_TIMEOUT_MS = LIMITS.reload.timeout_ms + 2_000;

/** The modules that the fleet should run: list them, take one off. */
export function moduleRoutes({ releases }: OrchestratorServices) {
  return async (app: FastifyInstance): Promise<void> => {
    app.get('/api/v1/wasm/modules', LIST, async () => ({
      modules: (await releases.modules()).map(moduleAnswer),
    }));

    app.delete<{ Params: { name: string } }>(
      '/api/v1/wasm/modules/:name',
      REMOVE,
      async (request) =>
        releases.removeModule({
          name: request.params.name,
          actor: actorOf(request),
          timeoutMs: REMOVAL_TIMEOUT_MS,
        }),
    );
  };
}

const tags = ['wasm'];
const text = { type: 'string' } as const;
const ids = { type: 'array', items: text } as const;

const ASSIGNMENT = {
  type: 'object',
  required: ['target', 'revision', 'semver', 'digest', 'size', 'published_at'],
  properties: {
    target: {
      description: '`all`, `{"nodes": […]}` or `{"labels": {…}}`.',
      anyOf: [{ const: 'all' }, { type: 'object', additionalProperties: true }],
    },
    revision: { type: 'string', examples: ['v44'] },
    semver: text,
    digest: text,
    size: { type: 'integer', minimum: 0 },
    published_at: { type: 'string', format: 'date-time' },
  },
} as const;

const LIST = {
  config: { role: 'read' },
  schema: {
    summary: 'The modules that the fleet should run, in their order.',
    tags,
    response: {
      200: {
        description: 'Of the assignments of a module, a node runs the last one that selects it.',
        type: 'object',
        required: ['modules'],
        properties: {
          modules: {
            type: 'array',
            items: {
              type: 'object',
              required: ['name', 'order', 'assignments'],
              properties: {
                name: text,
                order: { type: 'integer' },
                assignments: { type: 'array', items: ASSIGNMENT },
              },
            },
          },
        },
      },
      ...refusals(503),
    },
  },
} as const;

const REMOVE = {
  config: { role: 'deploy', reportsSuccess: true },
  schema: {
    summary: 'Take a module off the fleet and wait until no live node runs it.',
    tags,
    params: { type: 'object', properties: { name: text } },
    response: {
      200: {
        description: 'Removed; `success` says whether every live node reports so.',
        type: 'object',
        required: ['success', 'removed_from', 'failed', 'errors'],
        properties: {
          success: { type: 'boolean' },
          removed_from: { ...ids, description: 'Ids of the nodes that ran it and no longer do.' },
          failed: { ...ids, description: 'Ids of the nodes that still report it.' },
          errors: { type: 'object', additionalProperties: text, description: 'Node id → why.' },
        },
      },
      ...refusals(404, 409, 503),
    },
  },
} as const;
