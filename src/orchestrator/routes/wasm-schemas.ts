import { optionalBody } from '../openapi/optional-body.ts';
import { refusals } from '../openapi/refusals.ts';

const tags = ['wasm'];
const TARGET = {
  type: 'string',
  description:
    '`all` (default), node ids `node-1,node-2`, or labels `label:zone=eu,label:rack=3` that a node must all carry.',
} as const;

const FORM = {
  type: 'object',
  required: ['file'],
  properties: {
    file: { type: 'string', format: 'binary', description: 'The module; one a request.' },
    name: { type: 'string', description: 'Module name; default: that of [waf.wasm] module.' },
    target: TARGET,
    order: {
      type: 'string',
      pattern: '^[0-9]{1,4}$',
      description: 'Modules run in ascending order; universal-waf is 0.',
    },
  },
} as const;

const DEPLOYED = {
  description: 'Published; `success` says whether every targeted node runs it.',
  $ref: 'Deployment#',
};

const UPLOAD_CONFIG = {
  role: 'deploy',
  mediaType: 'multipart/form-data',
  reportsSuccess: true,
  documentedBody: FORM,
} as const;

const UPLOAD_RESPONSES = { 200: DEPLOYED, ...refusals(400, 409, 413, 415, 422, 503) };

export const RELOAD_FLEET = {
  config: UPLOAD_CONFIG,
  schema: {
    summary: 'Verify a module, put it on the target nodes, and wait for their answers.',
    tags,
    response: UPLOAD_RESPONSES,
  },
} as const;

export const DEPLOY = {
  config: UPLOAD_CONFIG,
  schema: { summary: 'The same as reload-fleet.', tags, response: UPLOAD_RESPONSES },
} as const;

export const ROLLBACK = {
  config: { role: 'deploy', reportsSuccess: true },
  schema: {
    summary: 'Publish the artifact of an earlier release again, at once; default: the one before.',
    tags,
    body: optionalBody({
      revision: { type: 'string', pattern: '^v[0-9]{1,15}$', examples: ['v41'] },
      target: TARGET,
    }),
    response: { 200: DEPLOYED, ...refusals(400, 404, 409, 415, 422, 503) },
  },
} as const;

const DRIFT = {
  type: 'object',
  required: ['node', 'module', 'expected', 'got', 'message'],
  properties: {
    node: { type: 'string' },
    module: { type: 'string' },
    expected: { type: 'string' },
    got: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    message: { type: 'string', examples: ['Version conflict: expected v2, got v1'] },
  },
} as const;

export const SYNC_VERSIONS = {
  config: { role: 'deploy', reportsSuccess: true },
  schema: {
    summary:
      'Find nodes whose digests differ from the desired ones, repair them, prove the result.',
    tags,
    response: {
      200: {
        description: '`success`: afterwards every node that is alive runs what it should.',
        type: 'object',
        required: ['success', 'checked', 'drifted', 'repaired', 'failed'],
        properties: {
          success: { type: 'boolean' },
          checked: { type: 'integer', minimum: 0, description: 'Nodes looked at.' },
          drifted: { type: 'array', items: DRIFT },
          repaired: { type: 'array', items: { type: 'string' } },
          failed: {
            type: 'array',
            items: {
              type: 'object',
              properties: { node: { type: 'string' }, error: { type: 'string' } },
            },
          },
        },
      },
      ...refusals(415, 503),
    },
  },
} as const;
