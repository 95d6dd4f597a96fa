import { expect, test } from 'vitest';
import { PipelineError } from '../../../src/pipeline/pipeline-error.ts';
import type { Releases, ReleaseView } from '../../../src/pipeline/releases.ts';
import { acknowledgement, createStand, NOW, releaseView } from './app-stand.ts';

const nack = acknowledgement('node-3', { status: 'NACK' });

/** What the pipeline says, and the state that the API makes of it. */
const STATES: readonly [Partial<ReleaseView>, string][] = [
  [{}, 'converged'],
  [{ converged: false, waiting: ['node-3'] }, 'progressing'],
  [{ converged: false, acks: [nack] }, 'failed'],
  [{ converged: false, waiting: ['node-2'], acks: [nack] }, 'failed'],
  [{ outcome: 'unchanged' }, 'unchanged'],
  [{ outcome: 'superseded', converged: false, superseded_by: 'v9' }, 'superseded'],
  [{ outcome: 'failed', converged: false }, 'failed'],
];

test(`releases - each of ${STATES.length} situations has its state`, async () => {
  expect(STATES).toHaveLength(7);
  for (const [changes, state] of STATES) {
    const releases = { get: async () => releaseView(changes) } as unknown as Releases;
    const { call } = await createStand({ releases });
    const { body } = await call('GET', '/api/v1/releases/v7');
    expect(body.state, JSON.stringify(changes)).toBe(state);
  }
});

test('releases - times are RFC 3339 and durations are milliseconds', async () => {
  const releases = { list: async () => [releaseView()] } as unknown as Releases;
  const { call } = await createStand({ releases });
  const { body } = await call('GET', '/api/v1/releases');
  expect(body.releases).toMatchObject([
    {
      revision: 'v7',
      queued_at: '2026-03-01T12:00:00.000Z',
      compiled_at: '2026-03-01T12:00:00.005Z',
      published_at: '2026-03-01T12:00:00.009Z',
      publish_to_active_ms: { p50: 10, p99: 12, max: 12 },
      acks: [{ node: 'node-1', at: new Date(NOW + 20).toISOString() }, {}, {}],
    },
  ]);
});

test('releases - a promised release is queued and not unknown', async () => {
  const releases = { get: async () => undefined } as unknown as Releases;
  const { call } = await createStand({ releases });
  const rule = { id: 'a', field: 'URI', pattern: '/a', action: 'block' };
  const { body } = await call('POST', '/api/v1/rules', rule);
  expect(await call('GET', body.release.url)).toMatchObject({
    status: 200,
    body: {
      revision: 'v1',
      state: 'queued',
      converged: false,
      queued_at: '2026-03-01T12:00:00.000Z',
    },
  });
  expect(await call('GET', '/api/v1/releases/v2')).toMatchObject({
    status: 404,
    body: { code: 'WAF_ERR_API_RELEASE_UNKNOWN' },
  });
  expect((await call('GET', '/api/v1/releases/nonsense')).status).toBe(404);
});

test('releases - waiting ends with the release, or with the queue when time is over', async () => {
  const waits: number[] = [];
  let answer: () => ReleaseView = () => releaseView();
  const releases = {
    get: async () => undefined,
    settled: async (_: string, ms: number) => {
      waits.push(ms);
      return answer();
    },
  } as unknown as Releases;
  const { call } = await createStand({ releases });
  expect((await call('GET', '/api/v1/releases/v1?wait=5000')).body.state).toBe('converged');
  answer = () => {
    throw new PipelineError('WAF_ERR_RELEASE_NOT_YET', 'timeout', 'not yet');
  };
  const rule = { id: 'a', field: 'URI', pattern: '/a', action: 'block' };
  await call('POST', '/api/v1/rules', rule);
  expect((await call('GET', '/api/v1/releases/v1?wait=999999')).body.state).toBe('queued');
  expect((await call('GET', '/api/v1/releases/v3?wait=1')).status).toBe(404);
  expect(waits).toEqual([5_000, 120_000, 1]);
});

test('releases - limits and waits that are no numbers are refused', async () => {
  const { call } = await createStand();
  for (const query of ['?limit=0', '?limit=1001', '?limit=x', '?limt=5', '/v1?wait=-1']) {
    expect((await call('GET', `/api/v1/releases${query}`)).status, query).toBe(400);
  }
});

test('rule deployment - approves, waits for the nodes, and answers in numbers', async () => {
  const releases = {
    get: async () => undefined,
    settled: async () => releaseView({ acks: [acknowledgement('node-1'), nack], waiting: ['x'] }),
  } as unknown as Releases;
  const { call } = await createStand({ releases });
  const rule = { id: 'a', field: 'URI', pattern: '/a', action: 'block' };
  await call('POST', '/api/v1/rules', rule);
  const held = await call('POST', '/api/v1/kill-switch', { engaged: true, rule_id: 'a' });
  expect(held.status).toBe(202);
  const deployed = await call('POST', '/api/v1/rules/deploy', { rule_id: 'a', ttl_seconds: 60 });
  expect([deployed.status, deployed.body]).toMatchObject([
    200,
    { deployed_to: 1, failed: 2, deployment_time_ms: 0, release: { revision: 'v7' } },
  ]);
  const unknown = await call('POST', '/api/v1/rules/deploy', { rule_id: 'nope' });
  expect(unknown.status).toBe(404);
  const bad = await call('POST', '/api/v1/rules/deploy', { rule: 'a', ttl_seconds: '60' });
  expect([bad.status, bad.body.diagnostics.length]).toEqual([400, 3]);
});

test('kill switch - is shown, engaged and released, for all rules and for one', async () => {
  const { call } = await createStand();
  const before = await call('GET', '/api/v1/kill-switch');
  expect(before.body).toEqual({
    engaged: false,
    actor: null,
    at: null,
    reason: null,
    held: [],
  });
  const engaged = await call('POST', '/api/v1/kill-switch', { engaged: true, reason: 'drill' });
  expect([engaged.status, engaged.body.engaged]).toEqual([202, true]);
  expect((await call('GET', '/api/v1/kill-switch')).body).toMatchObject({
    engaged: true,
    actor: 'all',
    at: '2026-03-01T12:00:00.000Z',
    reason: 'drill',
  });
  await call('POST', '/api/v1/kill-switch', { engaged: false, reason: ' ' });
  await call('POST', '/api/v1/rules', { id: 'a', field: 'URI', pattern: '/a', action: 'block' });
  const one = { engaged: true, rule_id: 'a', reason: 'blocks the shop' };
  await call('POST', '/api/v1/kill-switch', one);
  const after = await call('GET', '/api/v1/kill-switch');
  const why = 'kill switch: blocks the shop';
  expect(after.body).toMatchObject({
    engaged: false,
    reason: null,
    held: [{ rule_id: 'a', reason: why, actor: 'all' }],
  });
  expect((await call('GET', '/api/v1/rules/a')).body).toMatchObject({ state: 'held', reason: why });
  const text = await call('POST', '/api/v1/kill-switch', { engaged: 'true' });
  expect(text.status).toBe(400);
});
