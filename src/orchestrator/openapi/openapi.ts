import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifySchema } from 'fastify';
import '../route-config.ts';
import { SHARED_SCHEMAS } from './schemas.ts';

const DESCRIPTION =
  'Control plane of SecBeat Hot Reload. Times are RFC 3339 in UTC; durations end in _ms. ' +
  'Errors are {error, code, hint?, diagnostics?}.';

/** Documents every route registered after this; the document is served at /api/v1/openapi.json. */
export async function describeRoutes(app: FastifyInstance, version: string): Promise<void> {
  for (const schema of SHARED_SCHEMAS) app.addSchema(schema);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'SecBeat orchestrator', version, description: DESCRIPTION },
      components: {
        securitySchemes: {
          key: { type: 'apiKey', in: 'header', name: 'X-SecBeat-API-Key' },
          bearer: { type: 'http', scheme: 'bearer' },
        },
      },
    },
    refResolver: { buildLocalReference: (json) => String(json.$id) },
    transform: ({ schema, url, route }) => ({ url, schema: documented(schema, route.config) }),
  });
  app.get('/api/v1/openapi.json', SELF, async () => app.swagger());
}

const SELF = {
  config: { role: 'read' },
  schema: {
    summary: 'This document: every endpoint, OpenAPI 3.1.',
    tags: ['health'],
    response: { 200: { type: 'object', additionalProperties: true } },
  },
} as const;

interface DocumentedConfig {
  readonly role?: string;
  readonly documentedBody?: object;
  readonly mediaType?: string;
}

/** Adds what only the documentation needs: the key and role, and bodies that a service validates. */
function documented(
  schema: FastifySchema | undefined,
  config: DocumentedConfig | undefined,
): FastifySchema {
  const { role = 'open', documentedBody, mediaType = 'application/json' } = config ?? {};
  return {
    ...schema,
    ...(role === 'open'
      ? {}
      : { security: [{ key: [] }, { bearer: [] }], description: `Needs the role \`${role}\`.` }),
    ...(documentedBody === undefined ? {} : { body: documentedBody, consumes: [mediaType] }),
  };
}
