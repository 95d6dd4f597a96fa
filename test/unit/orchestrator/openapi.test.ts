import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { packagePath } from '../../../src/config/package-root.ts';
import type { CandidateDocument } from '../../../src/fleet/shapes/candidate-document.ts';
import type { Releases } from '../../../src/pipeline/releases.ts';
import { createStand, memoryCandidates, NOW, releaseView } from './app-stand.ts';

/** Every endpoint; a new one is added here, in the documentation and nowhere else by hand. */
const ENDPOINTS = [
  'GET /api/v1/candidates',
  'GET /api/v1/candidates/{id}',
  'POST /api/v1/candidates/{id}/approve',
  'POST /api/v1/candidates/{id}/reject',
  'GET /api/v1/feedback',
  'GET /api/v1/kill-switch',
  'GET /api/v1/nodes',
  'GET /api/v1/nodes/{id}',
  'GET /api/v1/openapi.json',
  'GET /api/v1/releases',
  'GET /api/v1/releases/{revision}',
  'GET /api/v1/threats',
  'GET /api/v1/rules',
  'GET /api/v1/rules/{id}',
  'DELETE /api/v1/rules/{id}',
  'PUT /api/v1/rules/{id}',
  'PUT /api/v1/tuning/{id}',
  'POST /api/v1/feedback',
  'POST /api/v1/kill-switch',
  'POST /api/v1/policy',
  'POST /api/v1/rules',
  'POST /api/v1/rules/deploy',
  'POST /api/v1/rules/validate',
  'POST /api/v1/rules/{id}/approve',
  'POST /api/v1/scale',
  'GET /api/v1/tuning',
  'GET /api/v1/tuning/{id}',
  'GET /api/v1/wasm/modules',
  'DELETE /api/v1/tuning/{id}',
  'DELETE /api/v1/wasm/modules/{name}',
  'POST /api/v1/tuning',
  'POST /api/v1/tuning/validate',
  'POST /api/v1/wasm/deploy',
  'POST /api/v1/wasm/reload-fleet',
  'POST /api/v1/wasm/rollback',
  'POST /api/v1/wasm/sync-versions',
  'GET /health',
  'GET /metrics',
  'GET /ready',
].sort();

type Operation = {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: unknown;
  readonly responses: Record<string, unknown>;
};

const CANDIDATE: CandidateDocument = {
  v: 1,
  id: 'c',
  state: 'shadow',
  rule: { ...rule('c'), confidence: 0.9, provenance: { source: 'ml' } },
  sentence: 'Blocks c.',
  evidence: { samples: 50, confidence: 0.9 },
  history: [{ at: NOW, from: null, to: 'shadow', actor: 'generator', reason: 'posted' }],
  updated_at: NOW,
};

async function operations() {
  const stand = await createStand({
    releases: releasesOfOneNode(),
    candidates: memoryCandidates([CANDIDATE]),
  });
  const { body: document } = await stand.call('GET', '/api/v1/openapi.json');
  const found = Object.entries<Record<string, Operation>>(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );
  return { ...stand, document, found };
}

test('openapi - is version 3.1 and has every endpoint, each with summary, tag and answers', async () => {
  const { document, found } = await operations();
  expect(document.openapi).toBe('3.1.0');
  expect(found.map(({ name }) => name).sort()).toEqual(ENDPOINTS);
  for (const { name, operation } of found) {
    expect(operation.summary, name).toMatch(/\.$/);
    expect(operation.tags, name).toHaveLength(1);
    const isOpen = !name.includes('/api/');
    expect(operation.security === undefined, name).toBe(isOpen);
    expect(Object.keys(operation.responses), name).toContain(statusOf(name));
  }
});

/** The status of an answer that is as it should be. */
function statusOf(name: string): string {
  if (name === 'POST /api/v1/scale') return '501';
  if (name === 'POST /api/v1/feedback') return '201';
  const stores = [
    'POST /api/v1/rules',
    'POST /api/v1/policy',
    'POST /api/v1/kill-switch',
    'POST /api/v1/tuning',
    'POST /api/v1/rules/{id}/approve',
    'POST /api/v1/candidates/{id}/approve',
    'POST /api/v1/candidates/{id}/reject',
  ];
  if (name === 'DELETE /api/v1/wasm/modules/{name}') return '200';
  return stores.includes(name) || /^(PUT|DELETE)/.test(name) ? '202' : '200';
}

test('openapi - docs/http-api.md has every endpoint and no other', () => {
  const text = readFileSync(packagePath('docs', 'http-api.md'), 'utf8');
  const headings = [...text.matchAll(/^### `([A-Z]+ [^`]+)`$/gm)].map(([, name]) => name);
  expect(headings.sort()).toEqual(ENDPOINTS);
});

/** Requests whose answers are compared with the document; body, path, template, status. */
const ANSWERS: readonly [string, string, string, number, unknown?][] = [
  ['POST', '/api/v1/rules', '/api/v1/rules', 202, rule('a')],
  ['POST', '/api/v1/rules', '/api/v1/rules', 422, rule('b', 'blok')],
  ['POST', '/api/v1/rules', '/api/v1/rules', 409, rule('a')],
  ['POST', '/api/v1/policy', '/api/v1/policy', 202, policy('ip_block', '192.0.2.1')],
  ['POST', '/api/v1/policy', '/api/v1/policy', 422, policy('geo_block', 'XX')],
  ['GET', '/api/v1/threats', '/api/v1/threats', 200],
  ['POST', '/api/v1/scale', '/api/v1/scale', 501],
  ['POST', '/api/v1/rules/validate', '/api/v1/rules/validate', 200, rule('b', 'blok')],
  ['GET', '/api/v1/rules', '/api/v1/rules', 200],
  ['GET', '/api/v1/rules/a', '/api/v1/rules/{id}', 200],
  ['GET', '/api/v1/rules/zz', '/api/v1/rules/{id}', 404],
  ['PUT', '/api/v1/rules/a', '/api/v1/rules/{id}', 202, rule('a', 'log')],
  ['GET', '/api/v1/nodes', '/api/v1/nodes', 200],
  ['GET', '/api/v1/nodes/node-1', '/api/v1/nodes/{id}', 200],
  ['GET', '/api/v1/releases', '/api/v1/releases', 200],
  ['GET', '/api/v1/releases/v7', '/api/v1/releases/{revision}', 200],
  ['GET', '/api/v1/releases/v1', '/api/v1/releases/{revision}', 200],
  ['POST', '/api/v1/wasm/rollback', '/api/v1/wasm/rollback', 200],
  ['GET', '/api/v1/wasm/modules', '/api/v1/wasm/modules', 200],
  ['DELETE', '/api/v1/wasm/modules/bots', '/api/v1/wasm/modules/{name}', 200],
  ['POST', '/api/v1/wasm/sync-versions', '/api/v1/wasm/sync-versions', 200],
  ['POST', '/api/v1/kill-switch', '/api/v1/kill-switch', 202, { engaged: true, rule_id: 'a' }],
  ['GET', '/api/v1/kill-switch', '/api/v1/kill-switch', 200],
  ['POST', '/api/v1/rules/a/approve', '/api/v1/rules/{id}/approve', 202],
  ['DELETE', '/api/v1/rules/a', '/api/v1/rules/{id}', 202],
  ['GET', '/api/v1/candidates', '/api/v1/candidates', 200],
  ['GET', '/api/v1/candidates/c', '/api/v1/candidates/{id}', 200],
  ['GET', '/api/v1/candidates/zz', '/api/v1/candidates/{id}', 404],
  ['POST', '/api/v1/candidates/c/reject', '/api/v1/candidates/{id}/reject', 202],
  ['POST', '/api/v1/candidates/c/approve', '/api/v1/candidates/{id}/approve', 202],
  ['GET', '/health', '/health', 200],
  ['GET', '/ready', '/ready', 200],
];

test(`openapi - each of ${ANSWERS.length} answers has the documented shape`, async () => {
  expect(ANSWERS).toHaveLength(32);
  const { call, document } = await operations();
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, 'openapi');
  for (const [method, url, template, status, body] of ANSWERS) {
    const reply = await call(method as 'GET', url, body);
    const where = `${method} ${url}`;
    expect(reply.status, `${where}: ${JSON.stringify(reply.body)}`).toBe(status);
    const path = template.replaceAll('~', '~0').replaceAll('/', '~1');
    const pointer = `#/paths/${path}/${method.toLowerCase()}/responses/${status}/content/application~1json/schema`;
    const validate = ajv.compile({ $ref: `openapi${encodeURI(pointer)}` });
    expect(validate(reply.body), `${where}: ${JSON.stringify(validate.errors)}`).toBe(true);
  }
});

function rule(id: string, action = 'block') {
  return { id, field: 'URI', pattern: `/${id}`, action };
}

function policy(type: string, value: string) {
  return { name: 'p', rules: [{ type, value }] };
}

function releasesOfOneNode(): Releases {
  const view = releaseView();
  const report = {
    id: 'node-1',
    labels: { zone: 'eu' },
    version: '0.1.0',
    admin_url: 'http://127.0.0.1:9090',
    data_url: 'http://127.0.0.1:8001',
    workers: 1,
    started_at: NOW,
    reported_at: NOW,
    state: 'ready' as const,
    modules: {
      'universal-waf': {
        revision: 'v7',
        digest: view.digest,
        activated_at: NOW,
        origin: 'fleet' as const,
      },
    },
    counters: { requests: 1, blocked: 0, rate_limited: 0, logged: 0 },
  };
  const drift = [{ module: 'x', expected: 'v2', got: null, message: 'Version conflict' }];
  return {
    list: async () => [view],
    get: async (revision) => (revision === 'v7' ? view : undefined),
    settled: async () => view,
    deployModule: async () => view,
    rollback: async () => ({ ...view, restores: 'v5' }),
    modules: async () => [
      {
        name: 'bots',
        order: 10,
        assignments: [
          {
            ...{ target: 'all', revision: 'v7', semver: '1.0.7', digest: view.digest },
            ...{ size: 1, published_at: NOW },
          },
        ],
      },
    ],
    removeModule: async () => ({
      ...{ success: false, removed_from: ['node-1'], failed: ['node-2'] },
      errors: { 'node-2': 'still reported after 1 ms' },
    }),
    syncVersions: async () => ({
      success: true,
      checked: 1,
      drifted: [{ node: 'node-1', ...drift[0]! }],
      repaired: [],
      failed: [],
    }),
    nodes: async () => [{ report, alive: true, drift }],
  };
}
