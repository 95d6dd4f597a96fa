import { expect, test } from 'vitest';
import { FleetError } from '../../../src/fleet/fleet-error.ts';
import { PipelineError, type PipelineErrorKind } from '../../../src/pipeline/pipeline-error.ts';
import type { Releases } from '../../../src/pipeline/releases.ts';
import { createStand } from './app-stand.ts';

async function answerTo(error: Error) {
  const nodes = async () => {
    throw error;
  };
  const { call } = await createStand({ releases: { nodes } as unknown as Releases });
  return call('GET', '/api/v1/nodes');
}

const KINDS: readonly [PipelineErrorKind, number][] = [
  ['invalid', 422],
  ['unknown', 404],
  ['conflict', 409],
  ['busy', 503],
  ['unavailable', 503],
  ['timeout', 504],
];

test(`errors - each of the ${KINDS.length} kinds of pipeline errors has its status`, async () => {
  expect(KINDS).toHaveLength(6);
  for (const [kind, status] of KINDS) {
    const reply = await answerTo(new PipelineError('WAF_ERR_X', kind, 'why'));
    expect([reply.status, reply.body], kind).toEqual([status, { error: 'why', code: 'WAF_ERR_X' }]);
  }
});

test('errors - a fleet that is away is 503 with the cure', async () => {
  const reply = await answerTo(new FleetError('WAF_ERR_FLEET_UNAVAILABLE', 'not connected'));
  expect([reply.status, reply.body]).toMatchObject([
    503,
    { error: 'not connected', code: 'WAF_ERR_FLEET_UNAVAILABLE', hint: expect.any(String) },
  ]);
});

test('errors - what nobody expected is 500 and tells nothing about the inside', async () => {
  const reply = await answerTo(new Error('secret path /var/lib/x'));
  expect([reply.status, reply.body]).toEqual([
    500,
    {
      error: 'internal error',
      code: 'WAF_ERR_API_INTERNAL',
      hint: 'The log of the orchestrator says more.',
    },
  ]);
});

test('errors - an unknown path is 404, a known path with another method 405 with Allow', async () => {
  const { call } = await createStand();
  const unknown = await call('GET', '/api/v2/rules', undefined, { key: '' });
  expect([unknown.status, unknown.body.code]).toEqual([404, 'WAF_ERR_API_ROUTE_UNKNOWN']);
  const method = await call('PATCH', '/api/v1/rules/a');
  expect([method.status, method.headers.allow]).toEqual([405, 'GET, HEAD, PUT, DELETE']);
  expect(method.body.code).toBe('WAF_ERR_API_METHOD');
});

test('errors - JSON that is none is 400, and prototype keys are refused', async () => {
  const { call } = await createStand();
  const broken = await call('POST', '/api/v1/kill-switch', '{"engaged":');
  expect([broken.status, broken.body.code]).toEqual([400, 'WAF_ERR_API_BODY_SYNTAX']);
  const poisoned = await call('POST', '/api/v1/kill-switch', '{"__proto__":{},"engaged":true}');
  expect(poisoned.status).toBe(400);
  const badUrl = await call('GET', '/api/v1/rules/%zz');
  expect([badUrl.status, badUrl.body.code]).toEqual([400, 'WAF_ERR_API_REQUEST']);
});

test('health - says what is connected; readiness needs NATS but not Redis', async () => {
  const connections = { nats: { connected: true }, redis: { connected: false } };
  const { call } = await createStand({ connections: () => connections });
  expect((await call('GET', '/health')).body).toEqual({
    status: 'degraded',
    timestamp: '2026-03-01T12:00:00.000Z',
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    ...connections,
  });
  expect((await call('GET', '/ready')).status).toBe(200);
  connections.nats.connected = false;
  expect((await call('GET', '/ready')).status).toBe(503);
  expect((await call('GET', '/metrics')).body).toBe('waf_x 1\n');
});
