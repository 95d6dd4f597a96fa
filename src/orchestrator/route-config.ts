import type { Caller } from '../config/api-keys.ts';
import type { Role } from '../config/settings.ts';

/** What a route says about itself beside its schema, and what a request knows of its sender. */
declare module 'fastify' {
  interface FastifyContextConfig {
    /** The role that the route needs, `open` for none. Every route must name one. */
    role?: Role | 'open';
    /** Content type that the route reads; default application/json. */
    mediaType?: 'application/json' | 'multipart/form-data';
    /** The answers have a field `success`, and so have the failures. */
    reportsSuccess?: boolean;
    /** Schema of a body that a service validates itself, from its text; for the documentation only. */
    documentedBody?: object;
  }
  interface FastifyRequest {
    /** Who asks; null only on open routes and before authentication. */
    caller: Caller | null;
  }
}
