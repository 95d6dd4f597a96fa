/** What a route says about itself beside its schema. */
declare module 'fastify' {
  interface FastifyContextConfig {
    /** The answers have a field `success`, and so have the failures. */
    reportsSuccess?: boolean;
  }
}

export {};
