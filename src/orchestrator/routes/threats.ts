import type { FastifyInstance } from 'fastify';
import { threatsAnswer } from '../answers/threats-answer.ts';
import { refusals } from '../openapi/refusals.ts';
import type { OrchestratorServices } from '../services.ts';

/** What the fleet has refused, as far as the nodes' reports tell. */
export function threatRoutes({ releases, now }: OrchestratorServices) {
  return async (app: FastifyInstance): Promise<void> => {
    app.get('/api/v1/threats', GET, async () => threatsAnswer(await releases.nodes(), now()));
  };
}

const count = { type: 'integer', minimum: 0 } as const;
const time = { type: 'string', format: 'date-time' } as const;
const counters = { requests: count, blocked: count, rate_limited: count, logged: count };

const GET = {
  config: { role: 'read' },
  schema: {
    summary: 'Requests that the nodes blocked, limited and logged, by node and in all.',
    tags: ['nodes'],
    response: {
      200: {
        description: 'Counters since each node started. Nodes do not report them by rule.',
        type: 'object',
        required: ['timestamp', 'totals', 'nodes'],
        properties: {
          timestamp: time,
          totals: {
            type: 'object',
            description: 'Sums over the nodes that are alive.',
            required: Object.keys(counters),
            properties: counters,
          },
          nodes: {
            type: 'array',
            items: {
              type: 'object',
              required: ['id', 'alive', 'since', 'reported_at', ...Object.keys(counters)],
              properties: {
                id: { type: 'string' },
                alive: { type: 'boolean', description: 'It reported within the last 30 s.' },
                since: { ...time, description: 'When it started to count.' },
                reported_at: time,
                ...counters,
              },
            },
          },
        },
      },
      ...refusals(503),
    },
  },
} as const;
