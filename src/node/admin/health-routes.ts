import type { FastifyInstance } from 'fastify';
import { VERSION } from '../../config/package-version.ts';
import type { AdminServices } from './admin-services.ts';

/** Of the OpenAPI document: these routes need no key. */
const open = { tags: ['health'], security: [] };
const object = (description: string) =>
  ({ description, type: 'object', additionalProperties: true }) as const;

/** For load balancers and monitoring; these need no key. */
export function healthRoutes(services: AdminServices) {
  const { nodeId, plane, metrics, fleet, state, now } = services;
  return async (app: FastifyInstance): Promise<void> => {
    const healthSchema = {
      summary: 'Whether the process lives, and what it is connected to.',
      ...open,
      response: { 200: object('Always 200; `degraded` while it cannot follow desired state.') },
    };
    app.get('/health', { schema: healthSchema }, async () => {
      const { connected, server, reconnects } = fleet();
      return {
        status: state() === 'ready' ? 'ok' : state(),
        timestamp: new Date(now()).toISOString(),
        version: VERSION,
        node: nodeId,
        workers: plane.workers,
        nats: { connected, server, reconnects },
      };
    });

    const readySchema = {
      summary: 'Whether the data plane should get traffic: a module judges it.',
      ...open,
      response: {
        200: object('Yes.'),
        503: object('No module runs yet, or the node is stopping.'),
      },
    };
    app.get('/ready', { schema: readySchema }, async (_request, reply) => {
      const names = plane.modules().map(({ name, revision }) => [name, revision]);
      const ready = names.length > 0 && state() !== 'draining';
      return reply
        .code(ready ? 200 : 503)
        .send({ ready, state: state(), modules: Object.fromEntries(names) });
    });

    const metricsSchema = {
      summary: 'Prometheus metrics; docs/metrics.md lists them.',
      ...open,
      produces: ['text/plain'],
      response: { 200: { description: 'Text exposition format.', type: 'string' } },
    };
    app.get('/metrics', { schema: metricsSchema }, async (_request, reply) => {
      const { text, contentType } = await metrics.render();
      return reply.type(contentType).send(text);
    });
  };
}
