import type { FastifyInstance } from 'fastify';
import { ApiError } from '../api-error.ts';
import { keepText } from '../json-bodies.ts';
import { refusals } from '../openapi/refusals.ts';

/** Documented elsewhere, so it answers; but nothing here starts machines. */
export function scaleRoutes() {
  return async (app: FastifyInstance): Promise<void> => {
    keepText(app);

    app.post('/api/v1/scale', SCALE, async () => {
      throw new ApiError(
        501,
        'WAF_ERR_API_SCALE',
        'this system does not start or stop machines',
        'Start another node with the same NATS settings (secbeat node): it joins the fleet and gets the current release by itself.',
      );
    });
  };
}

const SCALE = {
  config: { role: 'deploy' },
  schema: {
    summary: 'Not offered: the orchestrator distributes modules, it does not start machines.',
    tags: ['nodes'],
    response: refusals(415, 429, 501),
  },
} as const;
