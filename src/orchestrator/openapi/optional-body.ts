/** An object that may be left out; Fastify validates an absent body as null. */
export function optionalBody<T extends object>(properties: T) {
  return { type: ['object', 'null'], additionalProperties: false, properties } as const;
}
