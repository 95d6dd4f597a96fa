/** Schemas of the module endpoints. Bodies of forms are documented, not validated by the framework. */
const text = { type: 'string' } as const;
const optionalText = { type: ['string', 'null'] } as const;
const number = { type: 'number' } as const;
const time = { type: 'string', format: 'date-time' } as const;
const tags = ['wasm'];

const object = <P extends object>(description: string, properties: P) =>
  ({
    description,
    type: 'object',
    additionalProperties: true,
    required: Object.keys(properties),
    properties,
  }) as const;

const refusal = object('Refused; what ran before goes on serving.', {
  success: { const: false },
  error: text,
  code: text,
  current_version: optionalText,
  status: { type: 'string', description: '`still_serving_<version>` or `nothing_serving`' },
});
const refusals = { 400: refusal, 409: refusal, 413: refusal, 415: refusal, 422: refusal };

const uploaded = object('The module judges every request from now on.', {
  success: { const: true },
  message: text,
  name: text,
  version: text,
  downtime_ms: number,
  requests_during_reload: number,
});
const form = { consumes: ['multipart/form-data'], tags, response: { 200: uploaded, ...refusals } };

const querystring = {
  type: 'object',
  additionalProperties: false,
  properties: { name: { type: 'string', description: 'Module; default universal-waf.' } },
} as const;

const reload = object('', {
  timestamp: time,
  module: text,
  version: text,
  origin: text,
  duration_ms: number,
  downtime_ms: number,
  requests_during_reload: number,
  success: { type: 'boolean' },
});

export const schemas = {
  reload: { ...form, summary: 'Replaces a module: fields `file` and optional `name`.' },
  load: { ...form, summary: 'Loads a module: fields `file` and optional `name`.' },
  modules: {
    summary: 'The modules that run, in their order.',
    tags,
    response: {
      200: object('Modules.', {
        modules: {
          type: 'array',
          items: object('', { name: text, size: number, loaded_at: time, version: text }),
        },
      }),
    },
  },
  version: {
    summary: 'What runs under a name, and what a rollback would bring back.',
    tags,
    querystring,
    response: {
      200: object('Version.', {
        name: text,
        version: text,
        semver: text,
        loaded_at: time,
        previous_version: optionalText,
        size_bytes: number,
        digest: text,
      }),
    },
  },
  rollback: {
    summary: 'Back to the version before, which is still in memory.',
    tags,
    querystring,
    response: {
      200: object('Rolled back.', {
        success: { const: true },
        rolled_back_to: text,
        reason: text,
        downtime_ms: number,
      }),
      404: refusal,
      409: refusal,
    },
  },
  remove: {
    summary: 'Stop running a module that was uploaded to this node.',
    tags,
    params: { type: 'object', properties: { name: text } },
    response: {
      200: object('Removed.', {
        success: { const: true },
        name: text,
        removed_version: text,
        downtime_ms: number,
      }),
      404: refusal,
      409: refusal,
    },
  },
  history: {
    summary: 'The last 100 reloads, newest first.',
    tags,
    response: { 200: object('History.', { reloads: { type: 'array', items: reload } }) },
  },
  errors: {
    summary: 'The last 100 reloads that failed, newest first.',
    tags,
    response: {
      200: object('Failures.', {
        errors: {
          type: 'array',
          items: object('', { timestamp: time, module: text, code: text, message: text }),
        },
      }),
    },
  },
} as const;
