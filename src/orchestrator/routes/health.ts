import type { FastifyInstance } from 'fastify';
import { VERSION } from '../../config/package-version.ts';
import { timestamp } from '../answers/timestamp.ts';
import type { OrchestratorServices } from '../services.ts';

/** For load balancers and monitoring; these need no key. */
export function healthRoutes({ connections, metrics, now }: OrchestratorServices) {
  return async (app: FastifyInstance): Promise<void> => {
    app.get('/health', HEALTH, async () => {
      const { nats, redis } = connections();
      const status = nats.connected && redis.connected ? 'ok' : 'degraded';
      return { status, timestamp: timestamp(now()), version: VERSION, nats, redis };
    });

    // Without Redis rules are still accepted and stored; without NATS they cannot be.
    app.get('/ready', READY, async (_request, reply) => {
      const { nats, redis } = connections();
      return reply
        .code(nats.connected ? 200 : 503)
        .send({ ready: nats.connected, nats: nats.connected, redis: redis.connected });
    });

    app.get('/metrics', METRICS, async (_request, reply) => {
      const { contentType, text } = await metrics();
      return reply.type(contentType).send(text);
    });
  };
}

const tags = ['health'];
const connection = {
  type: 'object',
  additionalProperties: true,
  required: ['connected'],
  properties: { connected: { type: 'boolean' } },
} as const;

const HEALTH = {
  config: { role: 'open' },
  schema: {
    summary: 'Whether the process lives, and what it is connected to.',
    tags,
    response: {
      200: {
        description: 'Always 200; `degraded` while NATS or Redis is away.',
        type: 'object',
        required: ['status', 'timestamp', 'version', 'nats', 'redis'],
        properties: {
          status: { enum: ['ok', 'degraded'] },
          timestamp: { type: 'string', format: 'date-time' },
          version: { type: 'string' },
          nats: connection,
          redis: connection,
        },
      },
    },
  },
} as const;

const READINESS = {
  type: 'object',
  required: ['ready', 'nats', 'redis'],
  properties: {
    ready: { type: 'boolean' },
    nats: { type: 'boolean' },
    redis: { type: 'boolean' },
  },
} as const;

const READY = {
  config: { role: 'open' },
  schema: {
    summary: 'Whether rules can be accepted.',
    tags,
    response: {
      200: { description: 'Yes.', ...READINESS },
      503: { description: 'No: NATS cannot be reached.', ...READINESS },
    },
  },
} as const;

const METRICS = {
  config: { role: 'open' },
  schema: {
    summary: 'Prometheus metrics; docs/metrics.md lists them.',
    tags,
    produces: ['text/plain'],
    response: { 200: { description: 'Text exposition format.', type: 'string' } },
  },
} as const;
