import multipart from '@fastify/multipart';
import swagger from '@fastify/swagger';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { LIMITS } from '../../config/limits.ts';
import { VERSION } from '../../config/package-version.ts';
import { AdminError } from './admin-error.ts';
import type { AdminServices } from './admin-services.ts';
import { answerError } from './answer-error.ts';
import { healthRoutes } from './health-routes.ts';
import { createRequires } from './requires.ts';
import { ruleChangeRoutes } from './rule-change-routes.ts';
import { ruleRoutes } from './rule-routes.ts';
import { statusRoutes } from './status-routes.ts';
import { UPLOAD_LIMITS } from './upload.ts';
import { wasmRoutes } from './wasm-routes.ts';

/** JSON bodies carry one rule at most; forms have a limit of their own. */
const MAX_BODY_BYTES = 65_536;

const ROUTES = [wasmRoutes, ruleRoutes, ruleChangeRoutes, statusRoutes, healthRoutes];

/** The node's management API; not listening yet. */
export async function createAdminApp(services: AdminServices): Promise<FastifyInstance> {
  const app: FastifyInstance = fastify({
    loggerInstance: services.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    // Ids may stand percent-encoded in a path, three characters for one.
    routerOptions: { maxParamLength: 3 * LIMITS.rule.max_id_length },
    requestTimeout: 60_000,
    forceCloseConnections: 'idle',
    ajv: { customOptions: { coerceTypes: true, removeAdditional: false } },
  });
  // Response schemas are documentation: a field that is not in them must still be sent.
  app.setSerializerCompiler(() => JSON.stringify);
  app.setErrorHandler(answerError);
  app.setNotFoundHandler(({ method, url }) => {
    const path = url.split('?', 1)[0];
    throw new AdminError(
      404,
      'WAF_ERR_NODE_NOT_FOUND',
      `no endpoint ${method} ${path}`,
      'GET /api/v1/openapi.json lists them.',
    );
  });
  // Forms and JSON are read; the framework would take plain text as well.
  app.removeContentTypeParser('text/plain');
  await app.register(multipart, { limits: UPLOAD_LIMITS });
  await app.register(swagger, { openapi: OPENAPI });
  for (const routes of ROUTES) await app.register(routes(services));
  const onRequest = createRequires(services.auth)('read');
  app.get('/api/v1/openapi.json', { onRequest, schema: SELF }, async () => app.swagger());
  return app;
}

const SELF = { summary: 'This document: every endpoint, OpenAPI 3.1.', tags: ['health'] };

const KEYS: Record<string, string[]>[] = [{ key: [] }, { bearer: [] }];

const OPENAPI = {
  openapi: '3.1.0',
  info: {
    title: 'SecBeat node',
    description: 'Management API of a mitigation node.',
    version: VERSION,
  },
  components: {
    securitySchemes: {
      key: { type: 'apiKey' as const, name: 'X-SecBeat-API-Key', in: 'header' as const },
      bearer: { type: 'http' as const, scheme: 'bearer' },
    },
  },
  security: KEYS,
};
